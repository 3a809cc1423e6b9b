bot_sealed() {
  new_token nyan-bot write:repository |
    jq --raw-input '{
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "nyan-bot", namespace: "drone"},
      stringData: {token: .}}' |
    seal_into drone-nyan-bot
}
bot_to_drone() {
  local generation
  generation=$(kubectl get sealedsecret nyan-bot --namespace drone \
    --output jsonpath='{.metadata.generation}') &&
    kubectl wait sealedsecret/nyan-bot --namespace drone --timeout=60s \
      --for=jsonpath='{.status.observedGeneration}'="$generation" > /dev/null &&
    kubectl get secret nyan-bot --namespace drone \
      --output jsonpath='{.data.token}' | base64 -d |
    jq --raw-input '{data: .}' |
    drone_api PATCH repos/gitops/nyan/secrets/platform_token --data @- |
    jq '{name}'
}
keep bot_sealed bot_to_drone
cd ~/platform &&
  git pull --quiet &&
  admin bot_sealed &&
  commit 'Another token for the bot' && git push --quiet &&
  delivered secrets &&
  admin bot_to_drone
