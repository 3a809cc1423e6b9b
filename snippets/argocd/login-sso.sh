argocd login argocd.gitops.test --grpc-web --sso --sso-launch-browser=false
