kubectl get application nyan --namespace argocd \
  --output jsonpath='{.status.operationState.message}{"\n"}'
