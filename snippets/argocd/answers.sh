curl -sS --fail https://argocd.gitops.test/healthz
