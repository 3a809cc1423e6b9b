microk8s enable dns
kubectl rollout status deployment/coredns --namespace kube-system --timeout=180s
