cd ~/platform &&
  git fetch --quiet &&
  git log --format='%s' origin/main..main &&
  git push --quiet &&
  delivered apps
