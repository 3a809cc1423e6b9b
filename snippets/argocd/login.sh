if kubectl get secret argocd-initial-admin-secret --namespace argocd > /dev/null; then
  argocd login argocd.gitops.test --grpc-web --username admin --password "$(
    kubectl get secret argocd-initial-admin-secret --namespace argocd \
      --output jsonpath='{.data.password}' | base64 -d)" &&
    argocd account get-user-info --grpc-web
fi
