head=$(git -C ~/platform rev-parse HEAD)
git ls-remote https://gitea.gitops.test/gitops/platform.git refs/heads/main |
  grep "$head"
