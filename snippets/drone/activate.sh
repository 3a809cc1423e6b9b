drone_api POST user/repos | jq --raw-output '.[].slug' | sort
drone_api POST repos/gitops/nyan > /dev/null &&
  drone_api PATCH repos/gitops/nyan --data '{"protected": true}' |
  jq '{slug, active, config_path, protected, trusted}'
