kubectl get application lab --namespace argocd --output json |
  jq --raw-output '.status.resources[] | "\(.kind) \(.name): \(.status), \(.health.status)"'
kubectl get ingress lab --namespace lab
kubectl get ingressclasses --output name
