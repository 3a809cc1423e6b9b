for repo in nyan platform; do
  gitea_api GET "repos/gitops/$repo" > /dev/null 2>&1 ||
    gitea_api POST user/repos \
      --data "{\"name\": \"$repo\", \"private\": true}" > /dev/null
done
gitea_api GET user/repos |
  jq --raw-output '.[] | "\(.full_name) private=\(.private) \(.clone_url)"'
