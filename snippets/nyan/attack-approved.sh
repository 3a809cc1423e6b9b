admin approve && built ~/attack &&
  drone_log "$(newest_build)" 2 |
  sed -n 's/^remote: error: \(.*[^ ]\) *$/\1/p' &&
  end_attack
