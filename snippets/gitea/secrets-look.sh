kubectl exec --namespace gitea deployment/gitea --container=gitea -- \
  ls -l /var/lib/gitea/secrets
