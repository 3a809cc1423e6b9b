deliver=$(drone_look "repos/gitops/nyan/builds/$(newest_build)" |
  jq '.stages[].steps[] | select(.name == "deliver").number')
drone_log "$(newest_build)" "$deliver" | grep '^fatal: '
