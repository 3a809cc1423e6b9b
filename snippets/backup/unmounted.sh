admin restic_pod gitea
if admin restic_in gitea env RESTIC_REPOSITORY=/tmp/empty \
  restic snapshots; then echo 'It opens!'; fi
admin restic_over gitea
