kubectl get pods --namespace toolbox --output \
  jsonpath='{.items[*].status.containerStatuses[*].state.waiting.message}' |
  grep -q '8.16.99: not found'
