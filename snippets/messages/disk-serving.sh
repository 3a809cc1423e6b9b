curl -sS --fail --output /dev/null https://nyan.gitops.test/
