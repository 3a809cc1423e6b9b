printf '{"data": {"password": "%s"}}' "$SAVED_TOKEN" |
  kubectl patch secret gitea-creds --namespace argocd --type=merge \
    --patch-file=/dev/stdin
unset SAVED_TOKEN
kubectl annotate application nyan --namespace argocd \
  argocd.argoproj.io/refresh=hard
delivered nyan
