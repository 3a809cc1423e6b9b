kubectl get pods --namespace toolbox --output \
  jsonpath='{.items[*].status.containerStatuses[*].state.waiting.message}{"\n"}'
