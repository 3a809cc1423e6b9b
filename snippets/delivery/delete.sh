admin kubectl delete deployment nyan --namespace nyan
kubectl wait deployment/nyan --namespace nyan --for=create --timeout=60s
kubectl wait deployment/nyan --namespace nyan --for=condition=Available \
  --timeout=60s
