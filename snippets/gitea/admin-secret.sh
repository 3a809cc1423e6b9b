if ! kubectl get secret gitea-admin --namespace gitea > /dev/null 2>&1; then
  openssl rand -hex 16 |
    jq --raw-input '{
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "gitea-admin", namespace: "gitea"},
      stringData: {username: "gitops", password: .}}' |
    kubectl create -f -
fi
