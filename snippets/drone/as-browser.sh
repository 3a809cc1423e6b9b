drone=https://drone.gitops.test
sign_in_at "$drone/login"
who=$(browser "$drone/api/user" | jq '{login, admin}')
echo "$who"
jq --exit-status '.login == "gitops" and .admin' <<< "$who"
