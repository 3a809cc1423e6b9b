running_images() {
  kubectl get deployments,statefulsets,daemonsets --all-namespaces \
    --output json | jq --raw-output '[.items[]
      | select(.metadata.namespace | test("^kube-") | not)
      | .spec.template.spec.containers[].image] | unique[]'
}
keep running_images
running_images | jq --raw-input --null-input --raw-output '
  [inputs] | group_by(startswith("gitea.gitops.test/"))[]
  | (if .[0] | startswith("gitea.gitops.test/") then "our own" else "others" end)
  + ": \(length), by digest: \(map(select(contains("@sha256:"))) | length)"'
