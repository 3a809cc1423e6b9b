kubectl set image deployment/toolbox --namespace toolbox \
  toolbox=docker.io/curlimages/curl:8.16.99
kubectl rollout status deployment/toolbox --namespace toolbox --timeout=10s
