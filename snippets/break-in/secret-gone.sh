cd ~/platform &&
  git reset --quiet --hard origin/main &&
  git status --short --branch
