admin gitea_api GET orgs/images > /dev/null 2>&1 ||
  admin gitea_api POST orgs \
    --data '{"username": "images", "visibility": "private"}' > /dev/null
team() {
  local id
  gitea_api GET "users/$3" > /dev/null 2>&1 ||
    gitea_admin create --username "$3" --email "$3@gitops.test" \
      --user-type bot
  gitea_api GET orgs/images/teams | grep "\"name\":\"$1\"" > /dev/null ||
    gitea_api POST orgs/images/teams --data "{\"name\": \"$1\",
      \"units_map\": {\"repo.packages\": \"$2\"}}" > /dev/null
  id=$(gitea_api GET orgs/images/teams |
    jq --arg name "$1" '.[] | select(.name == $name) | .id') &&
    test -n "$id" && gitea_api PUT "teams/$id/members/$3"
}
admin team build write builder &&
  admin team pull read node &&
  admin gitea_api GET orgs/images/teams |
  jq --raw-output '.[] | "\(.name): \(.units_map["repo.packages"])"'
