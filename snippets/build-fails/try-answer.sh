versions=$(kubectl get replicasets --namespace nyan --output json |
  jq '[.items[] | select(.metadata.ownerReferences[0].name == "nyan")]
    | length')
test "$versions" -gt 1
