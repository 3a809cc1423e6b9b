kubectl wait deployment --all --namespace cert-manager \
  --for=condition=Available --timeout=180s
kubectl wait validatingwebhookconfiguration/cert-manager-webhook \
  --for=jsonpath='{.webhooks[0].clientConfig.caBundle}' --timeout=60s
