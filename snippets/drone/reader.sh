if ! admin kubectl get secret drone-git --namespace drone > /dev/null 2>&1; then
  admin gitea_api GET users/nyan-reader > /dev/null 2>&1 ||
    admin gitea_admin create --username nyan-reader --email nyan-reader@gitops.test \
      --user-type bot --restricted
  admin gitea_api PUT repos/gitops/nyan/collaborators/nyan-reader \
    --data '{"permission": "read"}' &&
    admin new_token nyan-reader read:repository |
    jq --raw-input 'select(length > 0) | {
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "drone-git", namespace: "drone"},
      stringData: {username: "nyan-reader", password: .}}' |
    admin kubectl create -f -
fi
