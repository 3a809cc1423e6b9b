for step in 1 2 3 4; do
  drone_log "$(newest_build)" "$step" | grep -E '^(cat|fatal): '
done
