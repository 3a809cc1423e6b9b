if ! kubectl get secret gitea-token --namespace gitea > /dev/null 2>&1; then
  gitea_admin generate-access-token --username gitops --token-name guide \
    --scopes write:repository,write:user,write:admin --raw |
    tr -d '\n' |
    kubectl create secret generic gitea-token --namespace gitea \
      --from-file=token=/dev/stdin
fi
