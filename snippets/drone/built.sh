drone_log() {
  drone_api GET "repos/gitops/nyan/builds/$1/logs/1/$2" |
    jq --raw-output --join-output '.[].out'
}
built() {
  local builds=repos/gitops/nyan/builds commit number build state deadline
  commit=$(git -C ~/nyan rev-parse HEAD)
  deadline=$((SECONDS + 300))
  while [ "$SECONDS" -lt "$deadline" ]; do
    number=$(drone_api GET "$builds" | jq --arg commit "$commit" \
      '[.[] | select(.after == $commit)][0].number // empty')
    if [ -n "$number" ]; then
      build=$(drone_api GET "$builds/$number" || true)
      state=$(jq --raw-output .status <<< "$build")
      case $state in
        success | failure | error | killed) break ;;
      esac
    fi
    sleep 1
  done
  echo "build $number of $(git -C ~/nyan log -1 --format='%h %s'): $state"
  jq --raw-output '.stages[].steps[]? | select(.status != "skipped")
    | "\(.number) \(.name): \(.status)"' <<< "$build"
  test "$state" = success
}
keep drone_log built
built
