kubectl apply --server-side --force-conflicts -k argocd/base
kubectl rollout status statefulset,deployment --namespace argocd --timeout=300s
