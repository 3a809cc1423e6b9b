admin kubectl delete serviceaccount everyday --namespace toolbox &&
  admin kubectl wait serviceaccount/everyday --namespace toolbox --for=create \
    --timeout=60s
until_void=$((SECONDS + 60))
while kubectl get namespace toolbox > /dev/null 2>&1 &&
  [ "$SECONDS" -lt "$until_void" ]; do
  sleep 1
done
kubectl get namespace toolbox
