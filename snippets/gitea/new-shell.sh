bash -c '. ~/.config/gitops/shell.sh && gitea_api GET version' |
  jq --exit-status 'has("version")' > /dev/null
