admin merge "$number" &&
  delivered gitea &&
  kubectl get deployment gitea --namespace gitea --output jsonpath=\
'{.spec.template.spec.containers[0].resources.requests.memory}{"\n"}'
