if ! kubectl get secret argocd-gitea --namespace argocd > /dev/null 2>&1; then
  {
    gitea_api POST user/applications/oauth2 --data '{
      "name": "Argo CD",
      "redirect_uris": ["https://argocd.gitops.test/auth/callback"],
      "confidential_client": true}' &&
      gitea_api POST user/applications/oauth2 --data '{
        "name": "Argo CD on the command line",
        "redirect_uris": ["http://localhost:8085/auth/callback"],
        "confidential_client": false}'
  } |
    jq --slurp 'select(length == 2) | {
      apiVersion: "v1", kind: "Secret",
      metadata: {
        name: "argocd-gitea", namespace: "argocd",
        labels: {"app.kubernetes.io/part-of": "argocd"}},
      stringData: {
        clientID: .[0].client_id, clientSecret: .[0].client_secret,
        cliClientID: .[1].client_id}}' |
    kubectl create -f -
fi
