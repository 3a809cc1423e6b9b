admin kubectl get secrets --namespace drone-builds \
  --as=system:serviceaccount:drone:drone-runner
