admin kubectl scale statefulset argocd-application-controller \
  --namespace argocd --replicas=0 > /dev/null &&
  admin kubectl wait pod/argocd-application-controller-0 \
    --namespace argocd --for=delete --timeout=60s > /dev/null &&
  admin kubectl delete cronjob backup --namespace gitea \
    --cascade=foreground --ignore-not-found
