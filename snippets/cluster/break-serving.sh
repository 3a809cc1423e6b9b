kubectl get deployment toolbox --namespace toolbox \
  --output jsonpath='{.status.availableReplicas} available, {.status.unavailableReplicas} unavailable{"\n"}'
