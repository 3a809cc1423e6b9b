kubectl get namespace stuck --output \
  jsonpath='{.status.conditions[?(@.type=="NamespaceFinalizersRemaining")].message}{"\n"}'
