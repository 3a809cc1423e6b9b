rules=repos/gitops/platform/branch_protections
jq --null-input '{rule_name: "main",
  enable_push: true, enable_push_whitelist: true,
  push_whitelist_usernames: ["gitops"],
  enable_merge_whitelist: true, merge_whitelist_usernames: ["gitops"],
  unprotected_file_patterns: "nyan/image.env"}' |
  if admin gitea_api GET "$rules/main" > /dev/null 2>&1; then
    admin gitea_api PATCH "$rules/main" --data @-
  else
    admin gitea_api POST "$rules" --data @-
  fi |
  jq '{rule_name, push_whitelist_usernames, merge_whitelist_usernames,
    unprotected_file_patterns}'
