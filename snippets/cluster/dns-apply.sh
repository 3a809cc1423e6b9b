grep gitops coredns/Corefile > /dev/null &&
  kubectl create configmap coredns --namespace kube-system \
    --from-file=Corefile=coredns/Corefile --dry-run=client --output yaml |
  kubectl apply --server-side --force-conflicts -f - &&
  kubectl rollout restart deployment/coredns --namespace kube-system &&
  kubectl rollout status deployment/coredns --namespace kube-system \
    --timeout=120s
