new_sealing_key &&
  admin put_sealing_keys &&
  admin kubectl delete secret gitea-git --namespace gitea &&
  admin kubectl wait secret/gitea-git --namespace gitea --for=create \
    --timeout=60s
