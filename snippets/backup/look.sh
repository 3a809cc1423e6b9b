admin restic_pod gitea
admin restic_in gitea restic snapshots --compact
admin restic_over gitea
