folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
gitea=https://gitea.gitops.test
user=gitops
user_password=
password() {
  if [ -n "$user_password" ]; then printf %s "$user_password" && return; fi
  kubectl --kubeconfig ~/.kube/admin.yaml get secret gitea-admin --namespace gitea --output jsonpath='{.data.password}' | base64 -d
}
browser() { curl -sS --fail --location --cookie "$folder/jar" --cookie-jar "$folder/jar" "$@"; }
field() { sed -n "s/.*name=\"$1\"[^>]*value=\"\([^\"]*\)\".*/\1/p" | sed -n 1p | sed 's/&#43;/+/g; s/&amp;/\&/g; s/&#61;/=/g'; }
sign_in_at() {
  browser "$gitea/user/login" > /dev/null
  password | browser --data-urlencode user_name="$user" --data-urlencode password@- "$gitea/user/login" > /dev/null
  browser "$1" > "$folder/page"
  if grep -q 'name="client_id"' "$folder/page"; then
    local name arguments=(--data granted=true)
    for name in client_id redirect_uri state scope nonce; do
      arguments+=(--data-urlencode "$name=$(field "$name" < "$folder/page")")
    done
    browser "${arguments[@]}" "$gitea/login/oauth/grant" > /dev/null
  fi
}
