curl -sS --output /dev/null https://nyan.gitops.test
