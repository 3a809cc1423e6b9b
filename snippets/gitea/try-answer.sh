newest=$(gitea_api GET 'repos/gitops/platform/commits?limit=1' |
  jq --raw-output '.[0].sha')
mine=$(git -C ~/platform rev-parse HEAD)
test -n "$mine" && test "$newest" = "$mine"
