curl -sS --connect-timeout 10 --output /dev/null https://nyan.gitops.test/
