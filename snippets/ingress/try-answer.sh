code=$(curl -sS --output /dev/null --write-out '%{http_code}' \
  https://nyan.gitops.test/no-such-page)
test "$code" = 404
