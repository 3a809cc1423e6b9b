kubectl exec --namespace gitea deployment/gitea --container=gitea -- \
  sh -c 'cd /var/lib/gitea/secrets && stat -c "%a %U %n" *'
