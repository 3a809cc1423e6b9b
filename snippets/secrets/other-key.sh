other_key() {
  local folder
  folder=$(mktemp -d) &&
    openssl req -x509 -newkey rsa:2048 -noenc -subj /CN=other -days 30 \
      -keyout "$folder/key" -out "$folder/crt" 2> /dev/null &&
    kubectl create secret tls other --namespace sealed-secrets \
      --key "$folder/key" --cert "$folder/crt" --dry-run=client --output json |
    jq '.metadata.labels = {"sealedsecrets.bitnami.com/sealed-secrets-key":
      "active"}' |
    kubectl apply --server-side -f - > /dev/null && rm -r "$folder"
}
admin other_key &&
  admin controller_anew &&
  kubectl rollout status deployment/controller --namespace sealed-secrets \
    --timeout=90s | tail -1 &&
  kubectl wait sealedsecret/gitea-git --namespace gitea --timeout=90s \
    --for=condition=Synced=False > /dev/null &&
  kubectl get sealedsecrets --namespace gitea
