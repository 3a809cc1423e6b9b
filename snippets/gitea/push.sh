git remote add origin https://gitea.gitops.test/gitops/platform.git ||
  git remote set-url origin https://gitea.gitops.test/gitops/platform.git
git push --set-upstream origin main
