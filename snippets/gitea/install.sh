kubectl apply --server-side -k gitea
kubectl rollout status deployment/gitea --namespace gitea --timeout=300s
