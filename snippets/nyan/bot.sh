bot_token() {
  curl --config <(kubectl get secret gitea-admin --namespace gitea \
    --output jsonpath='{.data.password}' | base64 -d |
    sed 's/.*/user = "gitops:&"/') \
    -sS --output /dev/null --request DELETE \
    https://gitea.gitops.test/api/v1/users/nyan-bot/tokens/drone
  gitea_admin generate-access-token --username nyan-bot --token-name drone \
    --scopes write:repository --raw
}
keep bot_token
if ! admin drone_api GET repos/gitops/nyan/secrets | grep -w platform_token > /dev/null; then
  admin gitea_admin list | grep -w nyan-bot > /dev/null ||
    admin gitea_admin create --username nyan-bot --email nyan-bot@gitops.test \
      --user-type bot
  admin gitea_api PUT repos/gitops/platform/collaborators/nyan-bot \
    --data '{"permission": "write"}'
  admin bot_token | jq --raw-input '{name: "platform_token", data: .}' |
    admin drone_api POST repos/gitops/nyan/secrets --data @- | jq '{name}'
fi
