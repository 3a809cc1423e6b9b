folder=$(mktemp -d)
platform=https://gitea.gitops.test/gitops/platform.git
rules=repos/gitops/platform/branch_protections
as_admin() {
  curl -sS --config <(admin kubectl get secret gitea-admin --namespace gitea --output jsonpath='{.data.password}' |
    base64 -d | sed 's/.*/user = "gitops:&"/') "$@"
}
trial_over() {
  as_admin --request DELETE https://gitea.gitops.test/api/v1/users/nyan-bot/tokens/trial > /dev/null
  admin gitea_api DELETE "$rules/trial" > /dev/null 2>&1 || true
  git -C ~/platform push --quiet "$platform" :refs/heads/trial :refs/heads/theirs :refs/tags/main :refs/notes/main 2> /dev/null || true
}
trap 'trial_over; rm -rf "$folder"' EXIT
trial_over
TRIAL_TOKEN=$(admin gitea_admin generate-access-token --username nyan-bot --token-name trial --scopes write:repository --raw)
export TRIAL_TOKEN GIT_TERMINAL_PROMPT=0
as_bot() {
  git -C "$folder/platform" -c user.name=nyan-bot -c user.email=nyan-bot@gitops.test -c credential.helper= \
    -c credential.helper='!f() { echo username=nyan-bot; echo "password=$TRIAL_TOKEN"; }; f' "$@"
}
bot_api() {
  local method=$1 endpoint=$2
  shift 2
  curl --config <(printf 'header = "Authorization: token %s"' "$TRIAL_TOKEN") --header 'Content-Type: application/json' \
    -sS --request "$method" "$@" --write-out '\n%{http_code}\n' "https://gitea.gitops.test/api/v1/repos/gitops/platform/$endpoint"
}
refused() {
  local answer
  answer=$("${@:2}" 2>&1 || true)
  grep --fixed-strings --max-count=1 -- "$1" <<< "$answer" || { echo "not refused: ${*:2}: $answer"; exit 1; }
}
git clone --quiet ~/platform "$folder/platform"
git -C ~/platform push --quiet --force "$platform" HEAD:refs/heads/trial
admin gitea_api GET "$rules/main" | jq '.rule_name = "trial"' | admin gitea_api POST "$rules" --data @- > /dev/null
start=$(git -C ~/platform rev-parse HEAD)
cd "$folder/platform"
mine() { git ls-files --error-unmatch -- "$@" > /dev/null && as_bot commit --quiet --all --message 'Mine now'; }
begin() { git reset --quiet --hard "$1"; }

echo digest=sha256:1 > nyan/image.env
mine nyan/image.env
as_bot push --quiet "$platform" HEAD:refs/heads/trial 2> /dev/null
begin "$start"
sed -i '/namespace/s/nyan/"*"/' apps/projects.yaml
mine apps/projects.yaml
refused 'branch trial is protected from force push' as_bot push --force "$platform" HEAD:refs/heads/trial
refused 'branch trial is protected from deletion' as_bot push "$platform" :refs/heads/trial
evil=$(git rev-parse HEAD)
as_bot fetch --quiet "$platform" refs/heads/trial
begin FETCH_HEAD
as_bot cherry-pick "$evil" > /dev/null
refused 'Not allowed to push to protected branch trial' as_bot push "$platform" HEAD:refs/heads/trial
as_bot push --quiet "$platform" HEAD:refs/heads/theirs 2> /dev/null
theirs=$(git rev-parse HEAD)
number=$(bot_api POST pulls --data '{"head": "theirs", "base": "trial", "title": "Mine"}' | sed '$d' | jq .number)
test "$number" -ge 1
refused 'User not allowed to merge PR' bot_api POST "pulls/$number/merge" --data '{"Do": "merge", "force_merge": true}'
begin FETCH_HEAD
git rm --quiet nyan/image.env
as_bot commit --quiet --message 'Without'
as_bot push --quiet "$platform" HEAD:refs/heads/trial 2> /dev/null
git mv apps/projects.yaml nyan/image.env
as_bot commit --quiet --message 'Moved'
refused 'Not allowed to push to protected branch trial' as_bot push "$platform" HEAD:refs/heads/trial
blob=$(git rev-parse "$start:apps/projects.yaml")
refused 'user cannot commit to repo' bot_api PUT contents/apps/projects.yaml --data \
  "{\"branch\": \"trial\", \"sha\": \"$blob\", \"content\": \"bWluZQo=\"}"
refused 'Not allowed to push to protected branch trial' bot_api PUT contents/nyan/image.env --data \
  "{\"branch\": \"trial\", \"sha\": \"$blob\", \"content\": \"bWluZQo=\", \"from_path\": \"apps/projects.yaml\"}"
for endpoint in branch_protections/main branches/main collaborators/nyan-bot; do
  for method in PATCH DELETE PUT; do
    answer=$(bot_api "$method" "$endpoint" --data '{"permission": "admin", "name": "old", "enable_push_whitelist": false,
      "new_commit_id": "'"$theirs"'", "force": true}' | tail -1)
    case $answer in 403 | 404 | 405) ;; *) echo "not refused: $method $endpoint: $answer"; exit 1 ;; esac
  done
done
begin "$evil"
as_bot push --quiet "$platform" HEAD:refs/tags/main HEAD:refs/notes/main 2> /dev/null
for _ in 1 2 3 4 5; do
  admin kubectl annotate application nyan --namespace argocd argocd.argoproj.io/refresh=hard --overwrite > /dev/null
  until [ -z "$(kubectl get application nyan --namespace argocd \
    --output jsonpath='{.metadata.annotations.argocd\.argoproj\.io/refresh}')" ]; do sleep 0.2; done
  read_now=$(kubectl get application nyan --namespace argocd --output jsonpath='{.status.sync.revision}')
  test "$read_now" != "$evil"
done
begin "$start"
test "$(git -C ~/platform ls-remote "$platform" refs/heads/main | cut -f 1)" = "$start"
test "$(admin gitea_api GET "$rules/main" | jq --compact-output '[.push_whitelist_usernames, .merge_whitelist_usernames]')" = '[["gitops"],["gitops"]]'
git clone --quiet ~/nyan "$folder/nyan"
refused 'not found' git -C "$folder/nyan" -c credential.helper= \
  -c credential.helper='!f() { echo username=nyan-bot; echo "password=$TRIAL_TOKEN"; }; f' \
  push https://gitea.gitops.test/gitops/nyan.git HEAD:refs/heads/trial
