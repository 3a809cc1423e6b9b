test "$(curl -sS -o /dev/null -w '%{http_code}' https://nyan.gitops.test/)" = 502
