drone=https://drone.gitops.test
sign_in_at "$drone/login"
landed=$(browser --output /dev/null --write-out '%{url_effective}' "$drone/login")
who=$(browser "$drone/api/user" | jq '{login, admin}')
echo "$landed $who"
test "$landed" = "$drone/"
jq --exit-status '.login == "gitops" and .admin' <<< "$who"
