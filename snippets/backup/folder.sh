sudo install --directory --owner=1000 --group=1000 --mode=700 /srv/gitops-backup
