hooks=$(admin gitea_api GET repos/gitops/nyan/hooks)
jq --exit-status 'any(.[]; .active and .config.url == "https://drone.gitops.test/hook")' <<< "$hooks"
test "$(jq '[.[] | select(.config.url | contains("secret="))] | length' <<< "$hooks")" = 0
