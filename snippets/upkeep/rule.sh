jq --null-input '{enable_status_check: true,
  status_check_contexts: ["rehearsal"]}' |
  admin gitea_api PATCH repos/gitops/platform/branch_protections/main \
    --data @- |
  jq '{rule_name, enable_status_check, status_check_contexts}'
