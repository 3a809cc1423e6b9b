admin kubectl delete networkpolicies --all --namespace gitea &&
  kubectl wait networkpolicy/deny --namespace gitea --for=create --timeout=60s
