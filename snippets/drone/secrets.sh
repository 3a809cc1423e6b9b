random() { openssl rand -hex 16 | tr -d '\n'; }
if ! kubectl get secret drone --namespace drone > /dev/null 2>&1; then
  kubectl create secret generic drone --namespace drone \
    --from-file=rpc-secret=<(random) --from-file=cookie-secret=<(random) \
    --from-file=database-secret=<(random) --from-file=token=<(random)
fi
