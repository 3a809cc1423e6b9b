microk8s enable hostpath-storage
kubectl rollout status deployment/hostpath-provisioner \
  --namespace kube-system --timeout=180s
