curl -sS --fail-with-body https://gitea.gitops.test/v2/images/nyan/tags/list
