whole_again() {
  local pack
  if [ -s "$keys/pack" ]; then
    pack=$(cat "$keys/pack.name") && test -n "$pack" &&
      sudo cp "$keys/pack" "$pack" && sudo rm "$keys/pack" "$keys/pack.name"
  fi
}
whole_again &&
  admin run_now gitea backup &&
  admin run_now drone backup &&
  admin run_now gitea restore-test &&
  undo 'Test the backup every minute' &&
  delivered backup
