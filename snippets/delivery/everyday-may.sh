may() {
  local answer
  answer=$(kubectl auth can-i "$1" "$2" --all-namespaces || true)
  echo "$1 $2: $answer"
}
may get pods
may get pods/log
may get applications.argoproj.io
may get secrets
may create pods/exec
may patch deployments
may delete namespaces
may create serviceaccounts/token
may '*' '*'
