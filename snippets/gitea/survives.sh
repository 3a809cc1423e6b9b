kubectl delete pod --namespace gitea --selector=app.kubernetes.io/name=gitea
kubectl rollout status deployment/gitea --namespace gitea --timeout=300s
