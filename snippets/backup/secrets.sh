secrets_of_ours() {
  kubectl get secrets --all-namespaces --output json |
    jq '.items |= map(select((.metadata.ownerReferences | not) and .data
      and (.metadata.namespace != "sealed-secrets")
      and (.metadata.name | test("^drone-[a-z0-9]{20}$") | not)
      and (.metadata.annotations["cert-manager.io/certificate-name"]
        | . == null or . == "gitops-ca"))
      | del(.metadata | .uid, .resourceVersion, .creationTimestamp, .managedFields))'
}
save_secrets() {
  local secrets attempts=0
  secrets=$(secrets_of_ours) && test -n "$secrets" && restic_pod gitea &&
    until printf '%s\n' "$secrets" |
      kubectl exec --stdin restic --namespace gitea --container=restic -- \
        restic backup --quiet --host secrets --stdin \
        --stdin-filename secrets.json; do
      [ $((attempts += 1)) -lt 12 ] && sleep 5 || return
    done &&
    restic_over gitea
}
secret_sources() {
  local copied name why
  copied=$(secrets_of_ours |
    jq --raw-output '.items[].metadata | "\(.namespace)/\(.name)"') &&
    secret_makers | while IFS=: read -r name why; do
      case $why in
        ' sealed') why=' git, sealed' ;;
        ' cert-manager') why=' cert-manager makes a new one' ;;
      esac
      ! grep --quiet --line-regexp --fixed-strings "$name" <<< "$copied" ||
        why=' the copy'
      printf '%-40s%s\n' "$name" "$why"
    done
}
keep secrets_of_ours save_secrets secret_sources
admin save_secrets && admin secret_sources
