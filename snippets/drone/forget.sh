kubectl rollout status deployment/drone --namespace drone --timeout=120s | tail -1
kubectl delete pod --namespace drone --selector=app.kubernetes.io/name=drone
kubectl rollout status deployment/drone --namespace drone --timeout=120s | tail -1
