if kubectl get configmap held --namespace stuck > /dev/null 2>&1; then
  kubectl patch configmap held --namespace stuck --type=merge \
    --patch '{"metadata": {"finalizers": null}}'
  kubectl wait namespace/stuck --for=delete --timeout=60s > /dev/null
fi
