git ls-remote https://gitea.gitops.test/gitops/platform.git refs/heads/main
