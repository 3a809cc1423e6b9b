gitea_admin() {
  kubectl exec --namespace gitea deployment/gitea --container=gitea -- \
    gitea admin user "$@"
}
keep gitea_admin
if ! gitea_admin list | grep -w gitops > /dev/null; then
  kubectl get secret gitea-admin --namespace gitea \
    --output jsonpath='{.data.password}' | base64 -d |
    kubectl exec --stdin --namespace gitea deployment/gitea --container=gitea -- \
      bash -c 'gitea admin user create --admin --username gitops \
        --email gitops@gitops.test --must-change-password=false \
        --password "$(cat)"'
fi
