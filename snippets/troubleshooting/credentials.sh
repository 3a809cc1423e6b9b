admin kubectl patch secret gitea-creds --namespace argocd --type=merge \
  --patch '{"stringData": {"password": "an old token"}}'
admin kubectl annotate application nyan --namespace argocd --overwrite \
  argocd.argoproj.io/refresh=hard
kubectl wait application/nyan --namespace argocd --timeout=120s \
  --for=jsonpath='{.status.conditions[0].type}'=ComparisonError
