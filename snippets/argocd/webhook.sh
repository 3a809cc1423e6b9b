if hooks=$(gitea_api GET repos/gitops/platform/hooks) &&
  ! grep argocd.gitops.test <<< "$hooks" > /dev/null; then
  WEBHOOK_SECRET=$(openssl rand -hex 32)
  export WEBHOOK_SECRET
  jq --null-input '$ENV.WEBHOOK_SECRET | select(length == 64) |
    . as $secret | ["gogs.secret", "github.secret", "gitlab.secret",
      "bitbucketserver.secret", "bitbucket.uuid",
      "azuredevops.username", "azuredevops.password"]
    | {stringData: map({("webhook." + .): $secret}) | add}' |
    kubectl patch secret argocd-secret --namespace argocd --type=merge \
      --patch-file=/dev/stdin &&
    jq --null-input '{type: "gitea", active: true, events: ["push"], config: {
      url: "https://argocd.gitops.test/api/webhook",
      content_type: "json", secret: $ENV.WEBHOOK_SECRET}}' |
    gitea_api POST repos/gitops/platform/hooks --data @- |
      jq '{type, active, events, url: .config.url}'
  unset WEBHOOK_SECRET
fi
