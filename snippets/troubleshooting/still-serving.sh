curl -sS --fail -o /dev/null https://nyan.gitops.test/
