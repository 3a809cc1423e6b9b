argocd=https://argocd.gitops.test
sign_in_at "$argocd/auth/login"
who=$(browser "$argocd/api/v1/session/userinfo")
echo "$who"
jq --exit-status '.loggedIn and .iss == "https://gitea.gitops.test"' <<< "$who"
code=$(browser "$argocd/api/v1/projects" --output "$folder/projects" --write-out '%{http_code}')
test "$code" = 200
