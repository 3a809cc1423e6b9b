kubectl get application nyan --namespace argocd \
  --output jsonpath='{.status.sync.status}{"\n"}{.status.conditions[0].message}{"\n"}'
