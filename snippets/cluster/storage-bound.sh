test "$(kubectl get persistentvolumeclaim registry-claim --namespace container-registry \
  --output jsonpath='{.status.phase}')" = Bound
