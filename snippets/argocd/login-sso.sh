argocd login argocd.gitops.test --grpc-web --skip-test-tls \
  --sso --sso-launch-browser=false
