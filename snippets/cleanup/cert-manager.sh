if [ -f ~/platform/cert-manager/kustomization.yaml ]; then
  kubectl delete -k ~/platform/cert-manager --ignore-not-found --wait=false
fi
kubectl wait namespace/cert-manager --for=delete --timeout=120s > /dev/null
