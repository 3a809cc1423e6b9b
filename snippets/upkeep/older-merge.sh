git -C ~/platform push --quiet --force origin gitea &&
  admin merge "$number" &&
  delivered gitea &&
  admin gitea_api GET version | jq --raw-output .version
