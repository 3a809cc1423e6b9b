kubectl apply --server-side -k nginx-ingress &&
  kubectl rollout status daemonset/nginx-ingress --namespace nginx-ingress \
    --timeout=180s
