code=$(curl -sS --output /dev/null --write-out '%{http_code}' https://gitea.gitops.test/)
test "$code" = 502
