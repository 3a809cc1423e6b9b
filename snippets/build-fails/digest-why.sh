kubectl get pods --namespace nyan --output json |
  jq --raw-output '.items[].status.containerStatuses[].state.waiting
    | select(.) | .message'
kubectl get deployment nyan --namespace nyan --output \
  jsonpath='{.status.conditions[?(@.type=="Progressing")].message}{"\n"}'
