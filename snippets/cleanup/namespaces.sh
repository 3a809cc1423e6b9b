for namespace in drone gitea; do
  kubectl delete deployments,persistentvolumeclaims --all \
    --namespace "$namespace" --wait=false
done
kubectl delete namespace drone drone-builds gitea nyan cosign-system \
  sealed-secrets first-certificate lab toolbox \
  --ignore-not-found --timeout=180s
kubectl wait namespace/argocd --for=delete --timeout=180s > /dev/null &&
  kubectl delete persistentvolume backup-gitea backup-drone --ignore-not-found \
    > /dev/null
