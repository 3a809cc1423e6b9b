put_sealing_keys() {
  local key
  sealing_keys | while read -r key; do
    kubectl create secret tls "$(basename "$key" .key)" \
      --namespace sealed-secrets --key "$key" --cert "${key%.key}.crt" \
      --dry-run=client --output json |
      jq '.metadata.labels = {"sealedsecrets.bitnami.com/sealed-secrets-key":
        "active"}' || return
  done | kubectl apply --server-side -f -
}
keep put_sealing_keys
admin kubectl apply --server-side -f ~/platform/sealed-secrets/namespace.yaml &&
  admin put_sealing_keys
