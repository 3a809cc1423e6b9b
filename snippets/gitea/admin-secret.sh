if ! kubectl get secret gitea-admin --namespace gitea > /dev/null 2>&1; then
  kubectl create secret generic gitea-admin --namespace gitea \
    --from-literal=username=gitops \
    --from-file=password=<(openssl rand -hex 16 | tr -d '\n')
fi
