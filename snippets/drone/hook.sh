hooks=$(admin gitea_api GET repos/gitops/nyan/hooks)
jq --exit-status 'any(.[]; .active and (.config.url | startswith("https://drone.gitops.test/")))' <<< "$hooks"
