curl -sS -o /dev/null -w '%{http_code} %{redirect_url}\n' \
  http://nyan.gitops.test/
