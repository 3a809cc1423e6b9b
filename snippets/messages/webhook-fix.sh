admin gitea_api GET repos/gitops/nyan/hooks | jq '.[]
  | select(.config.url | contains("kubernetes.default")) | .id' |
  while read -r hook; do
    admin gitea_api DELETE "repos/gitops/nyan/hooks/$hook"
  done
