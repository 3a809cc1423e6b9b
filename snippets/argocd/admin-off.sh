curl -sS https://argocd.gitops.test/api/v1/settings | jq .userLoginsDisabled
