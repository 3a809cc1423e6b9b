microk8s enable registry
kubectl rollout status deployment/registry --namespace container-registry \
  --timeout=180s
