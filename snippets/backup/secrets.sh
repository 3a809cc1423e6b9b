secrets_of_ours() {
  kubectl get secrets --all-namespaces --output json |
    jq '.items |= map(select((.metadata.ownerReferences | not)
      and .metadata.name != "backup" and .data
      and (.metadata.name | test("^drone-[a-z0-9]{20}$") | not)
      and (.metadata.annotations["cert-manager.io/certificate-name"]
        | . == null or . == "gitops-ca"))
      | del(.metadata | .uid, .resourceVersion, .creationTimestamp, .managedFields))'
}
save_secrets() {
  restic_pod gitea &&
    secrets_of_ours |
    kubectl exec --stdin restic --namespace gitea --container=restic -- \
      restic backup --quiet --host secrets --stdin \
      --stdin-filename secrets.json &&
    restic_over gitea
}
keep secrets_of_ours save_secrets
admin secrets_of_ours |
  jq --raw-output '.items[].metadata | "\(.namespace)/\(.name)"'
admin save_secrets
