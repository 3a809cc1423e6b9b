kubectl apply --server-side --force-conflicts -k toolbox
kubectl rollout status deployment/toolbox --namespace toolbox --timeout=60s
