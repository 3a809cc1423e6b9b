curl -sS -o /dev/null -w '%{http_code}\n' http://nyan.gitops.test/
