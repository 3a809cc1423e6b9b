argocd login argocd.gitops.test --grpc-web --sso
