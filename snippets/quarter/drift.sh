kubectl scale deployment/cats --namespace quarter --replicas=1
kubectl wait deployment/cats --namespace quarter --timeout=120s \
  --for=jsonpath='{.spec.replicas}'=3
