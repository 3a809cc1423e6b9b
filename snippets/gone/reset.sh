admin kubectl get applications --namespace argocd --output name |
  admin xargs kubectl patch --namespace argocd --type merge \
    --patch '{"metadata": {"finalizers": null}}' > /dev/null &&
  sudo microk8s reset --destroy-storage
