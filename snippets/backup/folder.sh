test "$(stat --format=%u /srv/gitops-backup 2> /dev/null)" = 1000 ||
  sudo install --directory --owner=1000 --group=1000 --mode=700 /srv/gitops-backup
