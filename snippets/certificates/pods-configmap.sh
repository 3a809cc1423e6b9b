kubectl create configmap gitops-ca --namespace toolbox \
  --from-file=ca.crt="$HOME/gitops-ca.crt" --dry-run=client --output yaml |
  kubectl apply --server-side -f - &&
  kubectl rollout restart deployment/toolbox --namespace toolbox &&
  kubectl rollout status deployment/toolbox --namespace toolbox --timeout=120s
