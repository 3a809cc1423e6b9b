undo 'A label misspelt' && delivered network &&
  curl -sS --fail --retry 5 --retry-all-errors --output /dev/null \
    --write-out '%{http_code}\n' https://nyan.gitops.test
