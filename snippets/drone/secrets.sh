if ! admin kubectl get secret drone --namespace drone > /dev/null 2>&1; then
  openssl rand -hex 64 |
    jq --raw-input 'select(length == 128) | {
      apiVersion: "v1", kind: "Secret",
      metadata: {name: "drone", namespace: "drone"},
      stringData: {
        "rpc-secret": .[:32], "cookie-secret": .[32:64],
        "database-secret": .[64:96], "token": .[96:]}}' |
    admin kubectl create -f -
fi
