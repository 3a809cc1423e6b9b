admin kubectl scale statefulset/argocd-application-controller \
  --namespace argocd --replicas=0 &&
  kubectl wait pods --namespace argocd --for=delete --timeout=120s \
    --selector app.kubernetes.io/name=argocd-application-controller &&
  admin kubectl apply --server-side --force-conflicts -k gitea > /dev/null &&
  kubectl rollout status deployment/gitea --namespace gitea --timeout=180s &&
  curl -sS --fail --retry 30 --retry-delay 1 --output /dev/null \
    https://gitea.gitops.test/api/healthz
