images=$(kubectl get pods --namespace toolbox \
  --output jsonpath='{.items[*].spec.containers[0].image}')
test "${images%@*}" = docker.io/curlimages/curl:8.16.0
