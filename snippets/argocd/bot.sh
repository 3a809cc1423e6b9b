argocd_creds() {
  new_token argocd read:repository |
    jq --raw-input '{
      apiVersion: "v1", kind: "Secret",
      metadata: {
        name: "gitea-creds", namespace: "argocd",
        labels: {"argocd.argoproj.io/secret-type": "repo-creds"}},
      stringData: {
        type: "git", url: "https://gitea.gitops.test/",
        username: "argocd", password: .}}' |
    kubectl apply --server-side --force-conflicts -f -
}
keep argocd_creds
if ! kubectl get secret gitea-creds --namespace argocd > /dev/null 2>&1; then
  gitea_api GET users/argocd > /dev/null 2>&1 ||
    gitea_admin create --username argocd --email argocd@gitops.test --user-type bot
  gitea_api PUT repos/gitops/platform/collaborators/argocd \
    --data '{"permission": "read"}' &&
    argocd_creds
fi
