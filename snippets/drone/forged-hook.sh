curl -sS --header 'X-Gitea-Event: push' --header 'Content-Type: application/json' \
  --data '{"ref": "refs/heads/main", "after": "'"$(git -C ~/platform rev-parse HEAD)"'",
    "repository": {"name": "nyan", "owner": {"login": "gitops"},
      "full_name": "gitops/nyan"}}' \
  --write-out '\n%{http_code}\n' https://drone.gitops.test/hook
