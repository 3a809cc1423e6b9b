if kubectl get secret argocd-initial-admin-secret --namespace argocd > /dev/null; then
  kubectl get secret argocd-initial-admin-secret --namespace argocd \
    --output jsonpath='{.data.password}' | base64 -d | sed 's/$/\n/' |
    argocd login argocd.gitops.test --grpc-web --skip-test-tls \
      --username admin &&
    argocd account get-user-info --grpc-web
fi
