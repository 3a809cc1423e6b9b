cd ~/platform &&
  git commit --quiet --allow-empty --message='Later than the backup' &&
  git push --quiet &&
  git log -1 --format='%h %s'
