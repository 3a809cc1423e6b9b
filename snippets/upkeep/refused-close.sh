admin gitea_api PATCH "repos/gitops/platform/pulls/$number" \
  --data '{"state": "closed"}' | jq --raw-output '"\(.title): \(.state)"' &&
  git push --quiet origin --delete toolbox
