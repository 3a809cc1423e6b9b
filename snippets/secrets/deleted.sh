admin kubectl delete secret gitea-git --namespace gitea &&
  admin kubectl wait secret/gitea-git --namespace gitea --for=create \
    --timeout=30s
