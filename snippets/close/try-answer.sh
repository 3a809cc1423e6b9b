open=$(kubectl get namespaces,networkpolicies --all-namespaces --output json |
  jq --raw-output '.items | group_by(.metadata.namespace // .metadata.name)[]
    | select(length == 1)[0].metadata.name')
[[ $open == *kube-system* && $open != *nyan* ]]
