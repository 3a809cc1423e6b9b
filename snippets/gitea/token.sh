new_token() {
  local token
  token=$(gitea_admin generate-access-token --username "$1" \
    --token-name "guide $(date +%FT%T.%N)" --scopes "$2" --raw) &&
    [[ $token =~ ^[0-9a-f]{40}$ ]] && echo "$token"
}
keep new_token
token_secret() {
  kubectl get secret "$1" --namespace gitea > /dev/null 2>&1 ||
    new_token gitops "$2" |
    jq --raw-input --arg name "$1" '{
      apiVersion: "v1", kind: "Secret",
      metadata: {name: $name, namespace: "gitea"},
      stringData: {token: .}}' |
    kubectl create -f -
}
token_secret gitea-token "write:repository,write:user,write:admin,\
write:organization,write:package"
token_secret gitea-git write:repository,read:package
