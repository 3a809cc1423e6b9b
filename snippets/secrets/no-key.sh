controller_anew() {
  kubectl delete pods --all --namespace sealed-secrets > /dev/null
}
keep controller_anew
label=sealedsecrets.bitnami.com/sealed-secrets-key
admin kubectl delete secrets --namespace sealed-secrets --selector "$label" \
  > /dev/null &&
  admin controller_anew &&
  kubectl wait pods --all --namespace sealed-secrets --timeout=90s --for=jsonpath=\
'{.status.containerStatuses[0].lastState.terminated.reason}'=Error > /dev/null &&
  kubectl logs deployment/controller --namespace sealed-secrets --previous |
  sed -n 's/^panic: //p'
