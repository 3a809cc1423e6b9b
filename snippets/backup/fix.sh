whole_again() {
  local pack
  if [ -s "$keys/pack" ]; then
    pack=$(cat "$keys/pack.name") && test -n "$pack" &&
      sudo cp "$keys/pack" "$pack" && sudo rm "$keys/pack" "$keys/pack.name"
  fi
}
whole_again &&
  kubectl wait application/backup --namespace argocd --timeout=300s \
    --for=jsonpath='{.status.health.status}'=Healthy &&
  undo 'Test the backup every minute' &&
  delivered backup
