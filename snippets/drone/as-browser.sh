folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
password() {
  kubectl get secret gitea-admin --namespace gitea --output jsonpath='{.data.password}' | base64 -d
}
browser() { curl -sS --fail --location --cookie "$folder/jar" --cookie-jar "$folder/jar" "$@"; }
field() { sed -n "s/.*name=\"$1\"[^>]*value=\"\([^\"]*\)\".*/\1/p" | sed -n 1p | sed 's/&#43;/+/g; s/&amp;/\&/g; s/&#61;/=/g'; }
gitea=https://gitea.gitops.test drone=https://drone.gitops.test
browser "$gitea/user/login" > /dev/null
password | browser --data-urlencode user_name=gitops --data-urlencode password@- "$gitea/user/login" > /dev/null
browser "$drone/login" > "$folder/page"
if grep -q 'name="client_id"' "$folder/page"; then
  arguments=(--data granted=true)
  for name in client_id redirect_uri state scope nonce; do
    arguments+=(--data-urlencode "$name=$(field "$name" < "$folder/page")")
  done
  browser "${arguments[@]}" "$gitea/login/oauth/grant" > /dev/null
fi
who=$(browser "$drone/api/user" | jq '{login, admin}')
echo "$who"
jq --exit-status '.login == "gitops" and .admin' <<< "$who"
