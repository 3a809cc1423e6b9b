new_token() {
  local token
  token=$(gitea_admin generate-access-token --username "$1" \
    --token-name "guide $(date +%FT%T)" --scopes "$2" --raw) &&
    [[ $token =~ ^[0-9a-f]{40}$ ]] && echo "$token"
}
keep new_token
if ! kubectl get secret gitea-token --namespace gitea > /dev/null 2>&1; then
  new_token gitops "write:repository,write:user,write:admin,\
write:organization,write:package" |
    jq --raw-input '{
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "gitea-token", namespace: "gitea"},
      stringData: {token: .}}' |
    kubectl create -f -
fi
