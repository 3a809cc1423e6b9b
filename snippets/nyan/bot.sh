if ! drone_api GET repos/gitops/nyan/secrets | grep -w platform_token > /dev/null; then
  gitea_admin list | grep -w nyan-bot > /dev/null ||
    gitea_admin create --username nyan-bot --email nyan-bot@gitops.test \
      --user-type bot
  gitea_api PUT repos/gitops/platform/collaborators/nyan-bot \
    --data '{"permission": "write"}'
  gitea_admin generate-access-token --username nyan-bot --token-name drone \
    --scopes write:repository --raw |
    jq --raw-input '{name: "platform_token", data: .}' |
    drone_api POST repos/gitops/nyan/secrets --data @- | jq '{name}'
fi
