commit=$(git rev-parse HEAD)
kubectl wait application/nyan --namespace argocd --timeout=180s \
  --for=jsonpath='{.status.sync.revision}'="$commit"
kubectl wait application/nyan --namespace argocd --timeout=180s \
  --for=jsonpath='{.status.sync.status}'=Synced
kubectl wait application/nyan --namespace argocd --timeout=180s \
  --for=jsonpath='{.status.health.status}'=Healthy
