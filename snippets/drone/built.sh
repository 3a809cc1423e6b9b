drone_log() {
  drone_look "repos/gitops/nyan/builds/$1/logs/1/$2" |
    jq --raw-output --join-output '.[].out'
}
newest_build() {
  drone_look 'repos/gitops/nyan/builds?per_page=1' | jq '.[0].number'
}
built() {
  local source=${1:-$HOME/nyan} event=${2:-push} builds=repos/gitops/nyan/builds
  local commit number build state deadline
  commit=$(git -C "$source" rev-parse HEAD)
  deadline=$((SECONDS + 900))
  while [ "$SECONDS" -lt "$deadline" ]; do
    number=$(drone_look "$builds" |
      jq --arg commit "$commit" --arg event "$event" '[.[] |
        select(.after == $commit and .event == $event)][0].number // empty')
    if [ -n "$number" ]; then
      build=$(drone_look "$builds/$number" || true)
      state=$(jq --raw-output 'if any(.stages[]?; .status == "blocked")
        then "blocked" else .status end' <<< "$build")
      case $state in
        success | failure | error | killed | blocked) break ;;
      esac
    fi
    sleep 1
  done
  echo "build $number of $(git -C "$source" log -1 --format='%h %s'): $state"
  jq --raw-output 'def error: .error // "" | select(. != "");
    error, (.stages[]? | error, (.steps[]? | select(.status != "skipped")
      | "\(.number) \(.name): \(.status)"))' <<< "$build"
  test "$state" = success
}
keep drone_log newest_build built
built
