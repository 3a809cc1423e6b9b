kubectl get events --namespace argocd --output json \
  --field-selector involvedObject.name=signatures |
  jq --raw-output '[.items[].message | select(endswith("-> OutOfSync"))] | last'
