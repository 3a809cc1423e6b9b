kubectl wait persistentvolumeclaim/registry-claim --namespace container-registry \
  --for=jsonpath='{.status.phase}'=Bound --timeout=10s
