revoke_token() {
  curl --config <(kubectl get secret gitea-admin --namespace gitea \
    --output jsonpath='{.data.password}' | base64 -d |
    sed 's/.*/user = "gitops:&"/') \
    -sS --request DELETE \
    "https://gitea.gitops.test/api/v1/users/$1/tokens/$2" > /dev/null
}
fresh_token() {
  local token
  revoke_token "$1" "$2" &&
    token=$(gitea_admin generate-access-token --username "$1" \
      --token-name "$2" --scopes "$3" --raw) &&
    [[ $token =~ ^[0-9a-f]{40}$ ]] && echo "$token"
}
registry_as() {
  local from=$1 endpoint=$2
  shift 2
  curl --config <(gitea_token "$from" | sed 's/.*/user = "gitops:&"/') \
    -sS --fail-with-body "$@" "https://gitea.gitops.test/v2/$endpoint"
}
registry_api() { registry_as gitea-git "$@"; }
keep revoke_token fresh_token registry_as registry_api
registry_api _catalog
