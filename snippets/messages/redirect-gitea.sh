sign_in_at "$gitea/"
client=$(admin kubectl get secret drone-gitea --namespace drone --output jsonpath='{.data.client-id}' | base64 -d)
curl -sS --cookie "$folder/jar" --get "$gitea/login/oauth/authorize" --data response_type=code --data state=x \
  --data-urlencode "client_id=$client" --data-urlencode redirect_uri=https://nobody.gitops.test/login > "$folder/page"
grep --only-matching --fixed-strings 'Unregistered Redirect URI' "$folder/page"
