bot_token() { fresh_token nyan-bot drone write:repository; }
keep bot_token
if ! admin drone_api GET repos/gitops/nyan/secrets | grep -w platform_token > /dev/null; then
  admin gitea_api GET users/nyan-bot > /dev/null 2>&1 ||
    admin gitea_admin create --username nyan-bot --email nyan-bot@gitops.test \
      --user-type bot
  admin gitea_api PUT repos/gitops/platform/collaborators/nyan-bot \
    --data '{"permission": "write"}'
  admin bot_token | jq --raw-input '{name: "platform_token", data: .}' |
    admin drone_api POST repos/gitops/nyan/secrets --data @- | jq '{name}'
fi
