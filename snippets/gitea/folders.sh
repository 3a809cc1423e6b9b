cd ~/platform &&
  mkdir -p gitea/hooks
