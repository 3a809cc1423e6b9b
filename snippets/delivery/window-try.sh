admin kubectl scale deployment/nyan --namespace nyan --replicas=2
kubectl wait application/nyan --namespace argocd --timeout=60s \
  --for=jsonpath='{.status.sync.status}'=OutOfSync
kubectl rollout status deployment/nyan --namespace nyan --timeout=60s
