may_i() {
  local answer
  answer=$(kubectl auth can-i "$1" "$2" --all-namespaces || true)
  echo "$1 $2: $answer"
}
may_i get pods
may_i get pods/log
may_i get applications.argoproj.io
may_i get secrets
may_i create pods/exec
may_i patch deployments
may_i delete namespaces
may_i create serviceaccounts/token
may_i '*' '*'
