drone_token() {
  kubectl get secret "${1:-drone}" --namespace drone \
    --output jsonpath='{.data.token}' | base64 -d
}
drone_api() {
  local method=$1 endpoint=$2
  shift 2
  curl --config <(drone_token | sed 's/.*/header = "Authorization: Bearer &"/') \
    --header 'Content-Type: application/json' \
    -sS --fail-with-body --request "$method" "$@" \
    "https://drone.gitops.test/api/$endpoint"
}
keep drone_token drone_api
admin drone_api PATCH user --data '{"email": "gitops@gitops.test"}' |
  jq '{login, email, admin}'
