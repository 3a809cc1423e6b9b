kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS --fail http://registry.container-registry:5000/v2/_catalog
kubectl logs --namespace nyan deployment/nyan --tail 1
