kubectl wait namespace/stuck --timeout=60s \
  --for=condition=NamespaceFinalizersRemaining
kubectl get namespace stuck --output \
  jsonpath='{.status.phase}{"\n"}{.status.conditions[?(@.type=="NamespaceFinalizersRemaining")].message}{"\n"}'
