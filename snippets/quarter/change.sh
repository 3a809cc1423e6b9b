in_git 'sed -i "s/replicas: 2/replicas: 3/" cats.yaml' 'A third cat' < /dev/null
kubectl wait deployment/cats --namespace quarter --timeout=120s \
  --for=jsonpath='{.status.readyReplicas}'=3
