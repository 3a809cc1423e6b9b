argocd=https://argocd.gitops.test
sign_in_at "$argocd/auth/login"
who=$(browser "$argocd/api/v1/session/userinfo")
echo "$who"
jq --exit-status '.loggedIn and .iss == "https://gitea.gitops.test"' <<< "$who"
may=$(browser "$argocd/api/v1/account/can-i/projects/update/*")
echo "$may"
jq --exit-status '.value == "yes"' <<< "$may"
