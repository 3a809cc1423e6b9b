kubectl get events --namespace argocd --field-selector involvedObject.name=signatures \
  --output json | jq --raw-output '[.items[] | select(.message | test("OutOfSync|Missing"))]
    | last | .message'
