curl -sS -o /dev/null -w '%{http_code}\n' https://argocd.gitops.test/api/v1/applications
