admin kubectl annotate application nyan --namespace argocd --overwrite \
  argocd.argoproj.io/refresh=normal > /dev/null
kubectl wait application/nyan --namespace argocd --timeout=60s \
  --for=jsonpath='{.status.conditions[0].type}'=ComparisonError --output \
  jsonpath='{.status.sync.status}{"\n"}{.status.conditions[0].message}{"\n"}'
