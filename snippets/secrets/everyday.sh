attempt() {
  kubectl "$@" 2>&1 && echo "that went through: $*" || true
}
key=$(sealing_keys | sed -n '$s|.*/\(.*\)\.key|\1|p')
attempt get secrets --namespace sealed-secrets
attempt get secret "$key" --namespace sealed-secrets
attempt create token controller --namespace sealed-secrets
attempt exec --namespace sealed-secrets deployment/controller -- controller
attempt get sealedsecret gitea-git --namespace gitea --output name
