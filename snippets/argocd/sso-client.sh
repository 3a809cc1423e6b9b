if ! kubectl get secret argocd-gitea --namespace argocd > /dev/null 2>&1; then
  gitea_api POST user/applications/oauth2 --data '{
    "name": "Argo CD",
    "redirect_uris": ["https://argocd.gitops.test/auth/callback"],
    "confidential_client": true}' |
    jq '{
      apiVersion: "v1", kind: "Secret",
      metadata: {
        name: "argocd-gitea", namespace: "argocd",
        labels: {"app.kubernetes.io/part-of": "argocd"}},
      stringData: {clientID: .client_id, clientSecret: .client_secret}}' |
    kubectl apply --server-side -f -
fi
