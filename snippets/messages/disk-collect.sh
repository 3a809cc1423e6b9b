admin gitea_api POST admin/cron/cleanup_packages
admin gitea_api GET admin/cron |
  jq --raw-output '.[] | select(.name == "cleanup_packages")
    | "\(.name): \(.schedule)"'
