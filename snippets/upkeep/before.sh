not_back() {
  kubectl get pods --all-namespaces --output json |
    jq --raw-output --slurp --arg since "$1" '
      (.[0].items | select(length > 0)) // error("no pods")
      | .[] | select(.status.phase | . != "Succeeded" and . != "Failed")
      | select([.status.containerStatuses[]?
          | .ready and .state.running.startedAt > $since] | (all and any) | not)
      | "\(.metadata.namespace)/\(.metadata.name)"'
}
keep not_back
not_back 2000 && kubectl get applications --namespace argocd
