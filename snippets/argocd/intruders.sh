argocd=https://argocd.gitops.test
user_password=$(openssl rand -hex 16)
intruders_out() {
  for endpoint in orgs/admin 'admin/users/admin?purge=true' 'admin/users/intruder?purge=true'; do
    gitea_api DELETE "$endpoint" > /dev/null 2>&1 || true
  done
}
trap 'intruders_out; rm -rf "$folder"' EXIT
intruders_out
enter() {
  password | jq --raw-input --arg name "$1" '{username: $name, password: .,
    email: "\($name)@gitops.test", must_change_password: false}' |
    gitea_api POST admin/users --data @- > /dev/null
  user=$1
  rm -f "$folder/jar"
}
may_nothing() {
  local who may answer
  who=$(browser "$argocd/api/v1/session/userinfo")
  jq --exit-status '.loggedIn and .iss == "https://gitea.gitops.test"' <<< "$who" > /dev/null
  for may in projects/update applications/get clusters/create; do
    answer=$(browser "$argocd/api/v1/account/can-i/$may/*" | jq --raw-output .value)
    echo "$user $may: $answer"
    test "$answer" = no
  done
  answer=$(browser "$argocd/api/v1/applications" | jq --compact-output .items)
  test "$answer" = null
}
enter admin
sign_in_at "$argocd/auth/login"
may_nothing
intruders_out
enter intruder
gitea_api POST admin/users/intruder/orgs --data '{"username": "admin"}' > /dev/null
asked=$(curl -sS --fail --output /dev/null --write-out '%{redirect_url}' \
  --cookie "$folder/jar" --cookie-jar "$folder/jar" "$argocd/auth/login")
sign_in_at "${asked/scope=openid/scope=openid+groups}"
claims=$(sed -n 's/.*argocd\.token\t[^.]*\.\([^.]*\)\..*/\1/p' "$folder/jar" | tr -- '-_' '+/' | base64 -d 2> /dev/null || true)
jq --compact-output '{sub, preferred_username, groups}' <<< "$claims"
jq --exit-status '.groups | index("admin")' <<< "$claims" > /dev/null
may_nothing
browser --data name=gitops2 "$gitea/user/settings" > "$folder/page"
grep --only-matching 'flash-error.*change_username_disabled' "$folder/page"
test "$(gitea_api GET users/intruder | jq --raw-output .login)" = intruder
