if [ -f ~/platform/cert-manager/kustomization.yaml ]; then
  kubectl delete -k ~/platform/cert-manager --ignore-not-found --timeout=120s
fi
