admin kubectl annotate configmap stray --namespace nyan \
  argocd.argoproj.io/tracking-id=nyan:/ConfigMap:nyan/stray
kubectl wait configmap/stray --namespace nyan --for=delete \
  --timeout=60s > /dev/null
