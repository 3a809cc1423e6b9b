admin kubectl scale deployment/nyan --namespace nyan --replicas=3
kubectl wait deployment/nyan --namespace nyan --for=jsonpath='{.spec.replicas}'=1 \
  --timeout=60s
