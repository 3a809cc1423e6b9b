if ! admin kubectl get secret drone-gitea --namespace drone > /dev/null 2>&1; then
  admin gitea_api POST user/applications/oauth2 --data '{
    "name": "Drone",
    "redirect_uris": ["https://drone.gitops.test/login"],
    "confidential_client": true}' |
    jq 'select(.client_secret) | {
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "drone-gitea", namespace: "drone"},
      stringData: {"client-id": .client_id, "client-secret": .client_secret}}' |
    admin kubectl apply --server-side -f -
fi
