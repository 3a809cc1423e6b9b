kubectl wait deployment/drone --namespace drone --for=condition=Available \
  --timeout=120s &&
  admin kubectl delete pod --namespace drone --selector=app.kubernetes.io/name=drone &&
  kubectl rollout status deployment/drone --namespace drone --timeout=120s \
    > /dev/null &&
  admin kubectl delete pod --namespace drone \
    --selector=app.kubernetes.io/name=drone-runner &&
  kubectl rollout status deployment/drone-runner --namespace drone \
    --timeout=120s | tail -1
