kubectl apply --server-side -k nyan &&
  kubectl rollout status deployment/nyan --namespace nyan --timeout=120s &&
  kubectl wait certificate/nyan-tls --namespace nyan --for=create --timeout=60s &&
  kubectl wait certificate/nyan-tls --namespace nyan \
    --for=condition=Ready --timeout=60s &&
  kubectl wait ingress/nyan --namespace nyan \
    --for=jsonpath='{.status.loadBalancer.ingress[0].ip}'=127.0.0.1 --timeout=60s
