kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS http://registry.container-registry.svc.cluster.local:5000/v2/_catalog
