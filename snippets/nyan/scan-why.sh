drone_log "$(newest_build)" 4
