admin kubectl exec --namespace argocd deployment/argocd-repo-server \
  --container=argocd-repo-server -- ls /app/config/tls
