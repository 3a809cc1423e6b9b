git_revoked() {
  local last id
  last=$(base64 -d <<< "$1" | tail -c 8) &&
    id=$(tokens_of gitops | sed -n "s/ $last\$//p") &&
    [ -n "$id" ] && revoke_token gitops "$id"
}
keep git_revoked
SEEN=$(kubectl get secret gitea-git --namespace gitea \
  --output jsonpath='{.data.token}')
bot_asks "$SEEN" 'what the file opened'
cd ~/platform &&
  admin token_sealed gitops write:repository,read:package gitea-git gitea &&
  commit 'Another token for git' && git push --quiet &&
  delivered secrets &&
  admin token_opened gitea-git gitea &&
  admin git_revoked "$SEEN" &&
  bot_asks "$SEEN" 'what the file opened' &&
  unset SEEN &&
  git push --dry-run --porcelain | tail -1
