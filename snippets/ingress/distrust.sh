curl -sS --cacert /dev/null https://nyan.gitops.test/
