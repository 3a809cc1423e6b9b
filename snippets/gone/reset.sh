admin kubectl scale statefulset argocd-application-controller \
  --namespace argocd --replicas=0 > /dev/null &&
  admin kubectl wait pod/argocd-application-controller-0 \
    --namespace argocd --for=delete --timeout=60s > /dev/null &&
  admin kubectl get applications --namespace argocd --output name |
  admin xargs kubectl patch --namespace argocd --type merge \
    --patch '{"metadata": {"finalizers": null}}' > /dev/null &&
  sudo microk8s reset --destroy-storage
