admin kubectl create configmap stray --namespace nyan
kubectl wait application/nyan --namespace argocd --timeout=60s \
  --for=jsonpath='{.status.conditions[0].type}'=OrphanedResourceWarning
kubectl get application nyan --namespace argocd \
  --output jsonpath='{.status.conditions[0].message}{"\n"}'
