folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
password() {
  kubectl get secret gitea-admin --namespace gitea --output jsonpath='{.data.password}' | base64 -d
}
browser() { curl -sS --fail --location --cookie "$folder/jar" --cookie-jar "$folder/jar" "$@"; }
field() { sed -n "s/.*name=\"$1\"[^>]*value=\"\([^\"]*\)\".*/\1/p" | sed -n 1p | sed 's/&#43;/+/g; s/&amp;/\&/g; s/&#61;/=/g'; }
gitea=https://gitea.gitops.test argocd=https://argocd.gitops.test
browser "$gitea/user/login" > /dev/null
password | browser --data-urlencode user_name=gitops --data-urlencode password@- "$gitea/user/login" > /dev/null
browser "$argocd/auth/login" > "$folder/page"
if grep -q 'name="client_id"' "$folder/page"; then
  arguments=(--data granted=true)
  for name in client_id redirect_uri state scope nonce; do
    arguments+=(--data-urlencode "$name=$(field "$name" < "$folder/page")")
  done
  browser "${arguments[@]}" "$gitea/login/oauth/grant" > /dev/null
fi
who=$(browser "$argocd/api/v1/session/userinfo")
echo "$who"
jq --exit-status '.loggedIn and .iss == "https://gitea.gitops.test"' <<< "$who"
code=$(browser "$argocd/api/v1/projects" --output "$folder/projects" --write-out '%{http_code}')
test "$code" = 200
