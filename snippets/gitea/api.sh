gitea_token() {
  kubectl get secret "${1:-gitea-token}" --namespace gitea \
    --output jsonpath='{.data.token}' | base64 -d
}
gitea_api() {
  local method=$1 endpoint=$2
  shift 2
  curl --config <(gitea_token | sed 's/.*/header = "Authorization: token &"/') \
    --header 'Content-Type: application/json' \
    -sS --fail-with-body --request "$method" "$@" \
    "https://gitea.gitops.test/api/v1/$endpoint"
}
keep gitea_token gitea_api
gitea_api GET version
