argocd login argocd.gitops.test --grpc-web --username admin --password any
