admin restic_pod gitea
admin restic_in gitea restic snapshots --no-lock --json |
  jq --raw-output 'group_by(.hostname)[] | max_by(.time)
    | "\(.hostname)  \(.time[:16])  \(.short_id)"'
admin restic_over gitea
