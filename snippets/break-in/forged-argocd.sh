curl -sS --write-out '\n%{http_code}\n' \
  --header 'X-Gogs-Event: push' \
  --header "X-Gogs-Signature: $(printf 0%.0s {1..64})" \
  --header 'Content-Type: application/json' --data '{"ref": "refs/heads/main", "before": "1", "after": "2", "repository":
    {"html_url": "https://gitea.gitops.test/gitops/platform", "default_branch": "main"}}' \
  https://argocd.gitops.test/api/webhook
