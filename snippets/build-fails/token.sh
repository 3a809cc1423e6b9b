gitea_admin generate-access-token --username nyan-bot --token-name drone \
  --scopes write:repository --raw |
  jq --raw-input '{data: .}' |
  drone_api PATCH repos/gitops/nyan/secrets/platform_token --data @- |
  jq '{name}'
