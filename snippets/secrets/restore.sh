admin kubectl delete secret other --namespace sealed-secrets \
  --ignore-not-found > /dev/null &&
  admin put_sealing_keys &&
  admin controller_anew &&
  kubectl rollout status deployment/controller --namespace sealed-secrets \
    --timeout=90s | tail -1 &&
  kubectl wait sealedsecrets --all --all-namespaces --timeout=90s \
    --for=condition=Synced > /dev/null &&
  kubectl get sealedsecrets --namespace gitea
