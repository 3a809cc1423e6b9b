cd ~/platform &&
  mkdir -p gitea
