admin restic_pod gitea
guess() {
  restic_in gitea sh -c 'unset RESTIC_PASSWORD_FILE
    RESTIC_PASSWORD=guessed restic snapshots'
}
if admin guess; then echo 'It opens!'; fi
admin restic_over gitea
