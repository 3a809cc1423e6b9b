kubectl exec --namespace container-registry deployment/registry -- \
  /bin/registry garbage-collect /etc/docker/registry/config.yml |
  grep marked
kubectl delete pod --namespace container-registry --selector=app=registry
kubectl rollout status deployment/registry --namespace container-registry \
  --timeout=120s | tail -1
