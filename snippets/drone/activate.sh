drone_api POST user/repos | jq --raw-output '.[].slug' | sort
drone_api POST repos/gitops/nyan | jq '{slug, active, config_path}'
