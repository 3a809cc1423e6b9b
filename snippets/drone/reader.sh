if ! kubectl get secret drone-git --namespace drone > /dev/null 2>&1; then
  gitea_admin list | grep -w nyan-reader > /dev/null ||
    gitea_admin create --username nyan-reader --email nyan-reader@gitops.test \
      --user-type bot --restricted
  gitea_api PUT repos/gitops/nyan/collaborators/nyan-reader \
    --data '{"permission": "read"}' &&
    new_token nyan-reader read:repository |
    jq --raw-input 'select(length > 0) | {
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "drone-git", namespace: "drone"},
      stringData: {username: "nyan-reader", password: .}}' |
    kubectl create -f -
fi
