curl -sS -o /dev/null -w 'status %{http_code}, verify %{ssl_verify_result}\n' \
  https://nyan.gitops.test/
