drone=https://drone.gitops.test
user_password=$(openssl rand -hex 16)
user=stranger
strangers_out() { admin gitea_api DELETE 'admin/users/stranger?purge=true' > /dev/null 2>&1 || true; }
trap 'strangers_out; rm -rf "$folder"' EXIT
strangers_out
password | jq --raw-input '{username: "stranger", password: .,
  email: "stranger@gitops.test", must_change_password: false}' |
  admin gitea_api POST admin/users --data @- > /dev/null
sign_in_at "$drone/login" || true
browser "$gitea/user/settings" | grep --only-matching 'stranger@gitops.test' | sed -n 1p
landed=$(curl -sS --location --cookie "$folder/jar" --cookie-jar "$folder/jar" \
  --output /dev/null --write-out '%{url_effective}' "$drone/login")
code=$(curl -sS --cookie "$folder/jar" --output /dev/null --write-out '%{http_code}' "$drone/api/user")
echo "$landed $code"
[[ $landed == "$drone/login/error?"* ]]
test "$code" = 401
