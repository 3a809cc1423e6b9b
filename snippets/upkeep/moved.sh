SEEN=$(admin kubectl get secret nyan-bot --namespace drone \
  --output jsonpath='{.data.token}')
bot_writes() {
  curl --config <(base64 -d <<< "$SEEN" |
    sed 's/.*/header = "Authorization: token &"/') -sS --fail --json @- \
    "https://gitea.gitops.test/api/v1/repos/gitops/platform/$1"
}
moved=$(jq --null-input '{branch: "gitea", message: "One more thing",
  content: ("more" | @base64)}' |
  bot_writes contents/more.txt | jq --raw-output .commit.sha) &&
  jq --null-input '{state: "success", context: "rehearsal"}' |
  bot_writes "statuses/$moved" | jq --raw-output .status &&
  unset SEEN && admin merge "$number"
