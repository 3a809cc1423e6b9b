kubectl apply --server-side -f apps/apps.yaml
kubectl wait application/argocd --namespace argocd --for=create --timeout=120s
kubectl wait applications --all --namespace argocd --timeout=300s \
  --for=jsonpath='{.status.sync.status}'=Synced
kubectl wait applications --all --namespace argocd --timeout=300s \
  --for=jsonpath='{.status.health.status}'=Healthy
