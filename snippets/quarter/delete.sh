kubectl delete deployment/cats --namespace quarter
kubectl wait deployment/cats --namespace quarter --timeout=120s --for=create
kubectl wait deployment/cats --namespace quarter --timeout=120s \
  --for=jsonpath='{.status.readyReplicas}'=3
