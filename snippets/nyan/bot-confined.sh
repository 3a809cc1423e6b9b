as_bot() { gitea_api GET "$1" --header 'Sudo: nyan-bot'; }
repositories=$(as_bot user/repos | jq --raw-output '.[] | "\(.full_name) push=\(.permissions.push) admin=\(.permissions.admin)"')
echo "$repositories"
test "$repositories" = "gitops/platform push=true admin=false"
answer=$(as_bot repos/gitops/nyan 2> /dev/null || true)
jq --exit-status 'has("message")' <<< "$answer"
