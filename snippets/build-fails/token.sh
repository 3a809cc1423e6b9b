admin bot_token | jq --raw-input '{data: .}' |
  admin drone_api PATCH repos/gitops/nyan/secrets/platform_token --data @- |
  jq '{name}'
