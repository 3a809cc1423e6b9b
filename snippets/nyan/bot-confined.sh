as_admin() {
  curl -sS --config <(kubectl get secret gitea-admin --namespace gitea --output jsonpath='{.data.password}' |
    base64 -d | sed 's/.*/user = "gitops:&"/') "$@"
}
trial=https://gitea.gitops.test/api/v1/users/nyan-bot/tokens/trial
as_admin --request DELETE "$trial" > /dev/null
trap 'as_admin --request DELETE "$trial"' EXIT
TRIAL_TOKEN=$(gitea_admin generate-access-token --username nyan-bot --token-name trial --scopes write:repository --raw)
export TRIAL_TOKEN GIT_TERMINAL_PROMPT=0
may_push() {
  git -C "$HOME/$1" -c credential.helper= \
    -c credential.helper='!f() { echo username=nyan-bot; echo "password=$TRIAL_TOKEN"; }; f' \
    push --dry-run --quiet "https://gitea.gitops.test/gitops/$1.git" HEAD:refs/heads/trial
}
may_push platform
refused=$(may_push nyan 2>&1 && echo 'the bot may push to nyan' || true)
echo "$refused"
grep --quiet 'not found' <<< "$refused"
