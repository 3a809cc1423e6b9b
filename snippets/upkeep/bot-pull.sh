pull=$(admin gitea_api GET 'repos/gitops/platform/pulls?state=open' |
  jq '[.[] | select(.user.login == "renovate") |
    select(.title | contains("docker.gitea.com/gitea "))][0]') &&
  number=$(jq .number <<< "$pull") &&
  branch=$(jq --raw-output .head.ref <<< "$pull") &&
  jq --raw-output '"\(.user.login): \(.title)"' <<< "$pull" &&
  admin gitea_api GET "repos/gitops/platform/pulls/$number.diff" |
  grep '^[-+]'
