kubectl get pods --all-namespaces --output json | jq --raw-output '[.items[]
    | select(.metadata.namespace | test("^(kube-|container-reg)") | not)
    | .spec as $pod | .spec.containers[]
    | .securityContext.runAsNonRoot // $pod.securityContext.runAsNonRoot // false]
  | "\(length) containers, \(map(select(. | not)) | length) of them may be root"'
