kubectl get service nyan --namespace nyan \
  --output jsonpath='{.spec.selector}{"\n"}'
kubectl get pods --namespace nyan \
  --output jsonpath='{.items[*].metadata.labels}{"\n"}'
