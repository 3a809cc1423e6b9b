bot_asks() {
  curl --config <(base64 -d <<< "$1" |
    sed 's/.*/header = "Authorization: token &"/') -sS --output /dev/null \
    --write-out "$2: %{http_code}\n" \
    https://gitea.gitops.test/api/v1/repos/gitops/platform
}
keep bot_asks
SEEN=$(admin kubectl get secret nyan-bot --namespace drone \
  --output jsonpath='{.data.token}')
bot_asks "$SEEN" 'what somebody saw'
cd ~/platform &&
  admin token_sealed nyan-bot write:repository nyan-bot drone &&
  commit 'Another token for the bot, since somebody saw it' &&
  git push --quiet &&
  delivered secrets &&
  admin bot_to_drone &&
  admin revoke_older nyan-bot &&
  bot_asks "$SEEN" 'what somebody saw' &&
  unset SEEN
