kubectl events --namespace container-registry \
  --for persistentvolumeclaim/registry-claim
