runner=app.kubernetes.io/name=drone-runner
kubectl wait pod --namespace drone --selector="$runner" --timeout=120s \
  --for=jsonpath=\
'{.status.containerStatuses[0].lastState.terminated.exitCode}'=2 > /dev/null &&
  kubectl get pod --namespace drone --selector="$runner" --output json |
  jq --raw-output \
    '.items[].status.containerStatuses[].lastState.terminated.message' |
  grep '^panic:' &&
  kubectl rollout status deployment/drone-runner --namespace drone \
    --timeout=240s | tail -1
