propose() {
  git -C ~/platform switch --quiet --force-create "$1" main &&
    commit "$2" &&
    git -C ~/platform push --quiet --force origin "$1" &&
    git -C ~/platform switch --quiet main &&
    jq --null-input --arg head "$1" --arg title "$2" \
      '{$head, $title, base: "main"}' |
    gitea_api POST repos/gitops/platform/pulls --data @- | jq .number
}
try_folder() {
  local code=0
  GIT_ALLOW_PROTOCOL=none HTTP_PROXY=http://127.0.0.1:1 \
    HTTPS_PROXY=http://127.0.0.1:1 NO_PROXY='' \
    kubectl kustomize "$1" > "$2" &&
    kubectl apply --server-side --force-conflicts --dry-run=server \
      -f "$2" > /dev/null || return
  kubectl diff --server-side --force-conflicts -f "$2" || code=$?
  test "$code" -le 1
}
rehearse() {
  local work commit folders folder state=success all=repos/gitops/platform
  work=$(mktemp -d) &&
    git clone --quiet ~/platform "$work/it" --branch "$1" &&
    commit=$(git -C "$work/it" rev-parse HEAD) &&
    git -C "$work/it" diff --name-only origin/main... > "$work/files" &&
    folders=$(sed 's|/.*||' "$work/files" | sort --unique) || return
  while read -r folder; do
    if [ -e "$work/it/$folder/kustomization.yaml" ]; then
      try_folder "$work/it/$folder" "$work/built" >> "$work/report" 2>&1 || state=failure
    else
      echo "not tried: $folder" >> "$work/report" && state=failure
    fi
  done <<< "$folders"
  sed -i '/^diff -/d; /^--- /d; s|^+++ [^ ]*/\([^ \t]*\).*|# \1|' "$work/report" &&
    jq --null-input --rawfile report "$work/report" --arg state "$state" '{
      event: "COMMENT", body: "\($state)\n\n```diff\n\($report)```"}' |
    gitea_api POST "$all/pulls/$2/reviews" --data @- > /dev/null &&
    jq --null-input --arg state "$state" '{$state, context: "rehearsal"}' |
    gitea_api POST "$all/statuses/$commit" --data @- > /dev/null &&
    gitea_api GET "$all/pulls/$2/reviews" | jq --raw-output '.[-1].body' |
    sed '/^```/d' && rm -r "$work" && test "$state" = success
}
merge() {
  local pull=repos/gitops/platform/pulls/$1 deadline=$((SECONDS + 60))
  local branch tried answer code
  branch=$(gitea_api GET "$pull" | jq --raw-output .head.ref) &&
    tried=$(git -C ~/platform rev-parse --verify "refs/heads/$branch") || return
  while :; do
    code=0
    answer=$(jq --null-input --arg tried "$tried" '{Do: "rebase",
      head_commit_id: $tried, delete_branch_after_merge: true}' |
      gitea_api POST "$pull/merge" --data @-) || code=$?
    [[ $answer == *'try again later'* ]] && [ "$SECONDS" -lt "$deadline" ] || break
    sleep 0.5
  done
  printf '%s' "$answer"
  if [ "$code" != 0 ]; then return "$code"; fi
  git -C ~/platform pull --quiet
}
keep propose try_folder rehearse merge
