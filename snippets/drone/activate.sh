admin drone_api POST user/repos | jq --raw-output '.[].slug' | sort
admin drone_api POST repos/gitops/nyan > /dev/null &&
  hook=$(admin gitea_api GET repos/gitops/nyan/hooks | jq '.[]
    | select(.config.url | startswith("https://drone.gitops.test/hook?"))
    | .config.url = "https://drone.gitops.test/hook"') &&
  number=$(jq .id <<< "$hook") &&
  admin gitea_api PATCH "repos/gitops/nyan/hooks/$number" \
    --data "$hook" > /dev/null &&
  admin drone_api PATCH repos/gitops/nyan \
    --data '{"protected": true, "visibility": "internal"}' |
  jq '{slug, active, config_path, protected, visibility, trusted}'
