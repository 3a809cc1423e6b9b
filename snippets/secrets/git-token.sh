git_sealed() {
  new_token gitops write:repository,read:package |
    jq --raw-input '{
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "gitea-git", namespace: "gitea"},
      stringData: {token: .}}' |
    seal_into gitea-gitea-git
}
git_opened() {
  local generation
  generation=$(kubectl get sealedsecret gitea-git --namespace gitea \
    --output jsonpath='{.metadata.generation}') &&
    kubectl wait sealedsecret/gitea-git --namespace gitea --timeout=60s \
      --for=jsonpath='{.status.observedGeneration}'="$generation" > /dev/null
}
git_revoked() {
  local last id
  last=$(base64 -d <<< "$1" | tail -c 8) &&
    id=$(tokens_of gitops | sed -n "s/ $last\$//p") &&
    [ -n "$id" ] && revoke_token gitops "$id"
}
keep git_sealed git_opened git_revoked
SEEN=$(kubectl get secret gitea-git --namespace gitea \
  --output jsonpath='{.data.token}')
bot_asks "$SEEN" 'what the file opened'
cd ~/platform &&
  admin git_sealed &&
  commit 'Another token for git' && git push --quiet &&
  delivered secrets &&
  admin git_opened &&
  admin git_revoked "$SEEN" &&
  bot_asks "$SEEN" 'what the file opened' &&
  unset SEEN &&
  git push --dry-run --porcelain | tail -1
