here=$(git -C ~/platform rev-parse HEAD)
there=$(gitea_api GET repos/gitops/platform/branches/main | jq --raw-output .commit.id)
test -n "$here"
test "$here" = "$there"
