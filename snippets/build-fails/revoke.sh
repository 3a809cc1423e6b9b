curl --config <(admin kubectl get secret gitea-admin --namespace gitea \
  --output jsonpath='{.data.password}' | base64 -d |
  sed 's/.*/user = "gitops:&"/') \
  -sS --fail-with-body --request DELETE -w '%{http_code}\n' \
  https://gitea.gitops.test/api/v1/users/nyan-bot/tokens/drone
