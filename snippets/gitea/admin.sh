gitea_admin() {
  kubectl exec --namespace gitea deployment/gitea --container=gitea -- \
    gitea admin user "$@"
}
keep gitea_admin
gitea_admin list | grep -w gitops > /dev/null ||
  gitea_admin create --admin --username gitops --email gitops@gitops.test \
    --random-password --random-password-length 32 \
    --must-change-password=false | grep created
