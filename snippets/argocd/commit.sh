cd ~/platform &&
  commit 'Gitea, Argo CD and what they deliver' &&
  git push --quiet &&
  git log -1 --format=%s
