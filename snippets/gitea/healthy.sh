curl -sS --fail https://gitea.gitops.test/api/healthz | jq --exit-status '.status == "pass"'
