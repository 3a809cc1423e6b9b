active=$(admin drone_api GET repos/gitops/platform | jq .active)
test "$active" = false
