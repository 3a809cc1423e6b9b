kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS http://registry.container-registry:5000/v2/_catalog
