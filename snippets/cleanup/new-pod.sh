kubectl rollout restart deployment/coredns --namespace kube-system
kubectl rollout status deployment/coredns --namespace kube-system --timeout=90s
