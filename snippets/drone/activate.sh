admin drone_api POST user/repos | jq --raw-output '.[].slug' | sort
admin drone_api POST repos/gitops/nyan > /dev/null &&
  admin drone_api PATCH repos/gitops/nyan \
    --data '{"protected": true, "visibility": "internal"}' |
  jq '{slug, active, config_path, protected, visibility, trusted}'
