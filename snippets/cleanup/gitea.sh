kubectl delete namespace gitea --ignore-not-found --timeout=120s
