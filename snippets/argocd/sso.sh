kubectl apply --server-side -k argocd &&
  kubectl delete secret argocd-initial-admin-secret --namespace argocd \
    --ignore-not-found
