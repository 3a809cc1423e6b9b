drone_look() {
  curl --config <(drone_token drone-look |
    sed 's/.*/header = "Authorization: Bearer &"/') \
    -sS --fail-with-body "https://drone.gitops.test/api/$1"
}
keep drone_look
if ! admin kubectl get secret drone-look --namespace drone > /dev/null 2>&1; then
  admin drone_api DELETE users/look > /dev/null 2>&1 || true
  admin drone_api POST users --data '{"login": "look", "machine": true}' |
    jq 'select(.token) | {
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "drone-look", namespace: "drone"},
      stringData: {token: .token}}' |
    admin kubectl create -f -
fi
drone_look user | jq '{login, admin}'
