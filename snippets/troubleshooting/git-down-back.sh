git push --quiet &&
  admin kubectl scale statefulset/argocd-application-controller \
    --namespace argocd --replicas=1 &&
  delivered gitea && admin let_go gitea
