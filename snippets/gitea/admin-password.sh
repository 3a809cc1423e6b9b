kubectl get secret gitea-admin --namespace gitea \
  --output jsonpath='{.data.password}' | base64 -d
