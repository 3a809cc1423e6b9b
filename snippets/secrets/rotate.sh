token_sealed() {
  new_token "$1" "$2" |
    jq --raw-input --arg name "$3" --arg namespace "$4" '{
      apiVersion: "v1", kind: "Secret",
      metadata: {$name, $namespace},
      stringData: {token: .}}' |
    seal_into "$4-$3"
}
token_opened() {
  local generation
  generation=$(kubectl get sealedsecret "$1" --namespace "$2" \
    --output jsonpath='{.metadata.generation}') &&
    kubectl wait "sealedsecret/$1" --namespace "$2" --timeout=60s \
      --for=jsonpath='{.status.observedGeneration}'="$generation" > /dev/null
}
bot_to_drone() {
  token_opened nyan-bot drone &&
    kubectl get secret nyan-bot --namespace drone \
      --output jsonpath='{.data.token}' | base64 -d |
    jq --raw-input '{data: .}' |
    drone_api PATCH repos/gitops/nyan/secrets/platform_token --data @- |
    jq '{name}'
}
keep token_sealed token_opened bot_to_drone
cd ~/platform &&
  git pull --quiet &&
  admin token_sealed nyan-bot write:repository nyan-bot drone &&
  commit 'Another token for the bot' && git push --quiet &&
  delivered secrets &&
  admin bot_to_drone
