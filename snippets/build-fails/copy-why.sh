drone_log "$(newest_build)" 3 | grep '^error'
