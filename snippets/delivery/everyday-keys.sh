admin() { KUBECONFIG=~/.kube/admin.yaml "$@"; }
renew_everyday() {
  local file=~/.kube/gitops.yaml
  install -m 600 /dev/null "$file.new" &&
    { kubectl config view --raw --minify --flatten --output json &&
      kubectl create token everyday --namespace toolbox --duration 24h \
        --output json; } |
    jq --slurp '(.[1].status.token // error("no token")) as $token
      | .[0] | {apiVersion, kind, clusters, "current-context": "everyday",
        contexts: [{name: "everyday",
          context: {cluster: .clusters[0].name, user: "everyday"}}],
        users: [{name: "everyday", user: {token: $token}}]}' \
      > "$file.new" && mv "$file.new" "$file"
}
keep admin renew_everyday
admin renew_everyday &&
  kubectl auth whoami --output jsonpath='{.status.userInfo.username}{"\n"}'
