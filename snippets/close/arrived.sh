cd ~/platform &&
  git pull --quiet &&
  git log -1 --format='%an: %s' &&
  delivered nyan
