tokens_of() {
  curl --config <(kubectl get secret gitea-admin --namespace gitea \
    --output jsonpath='{.data.password}' | base64 -d |
    sed 's/.*/user = "gitops:&"/') \
    -sS --fail-with-body \
    "https://gitea.gitops.test/api/v1/users/$1/tokens?limit=50" |
    jq --raw-output 'sort_by(.id) | .[] | "\(.id) \(.token_last_eight)"'
}
revoke_older() {
  local id left
  tokens_of "$1" | sed '$d' | while read -r id _; do
    revoke_token "$1" "$id" || return
  done &&
    left=$(tokens_of "$1" | wc -l) &&
    echo "tokens of $1: $left"
}
keep tokens_of revoke_older
admin revoke_older nyan-bot
