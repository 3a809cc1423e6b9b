said=$(kubectl logs deployment/gitea --namespace gitea --since=2m)
grep --only-matching 'webhook can only call allowed HTTP servers.*' <<< "$said"
