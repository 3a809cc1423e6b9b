who_may() {
  local login='' ask
  test "$1" = nobody ||
    login="user = \"$1:$(fresh_token "$1" trial "$2")\""
  printf '%-14s' "$1 ${2%%:*}"
  for ask in 'GET images/trial/tags/list' 'POST images/trial/blobs/uploads' \
    'DELETE images/trial/manifests/1' 'GET gitops/trial/tags/list' \
    'POST gitops/trial/blobs/uploads' 'DELETE gitops/trial/manifests/1'; do
    curl --config <(echo "$login") -sS --output /dev/null \
      --write-out ' %{http_code}' --request "${ask%% *}" \
      "https://gitea.gitops.test/v2/${ask#* }"
  done
  echo
  test "$1" = nobody || revoke_token "$1" trial
}
printf '%-15s%-12s%s\n' '' images gitops
admin who_may nobody ''
admin who_may node read:package
admin who_may node write:package
admin who_may builder write:package
admin who_may builder read:package
