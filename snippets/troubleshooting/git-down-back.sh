git push --quiet &&
  admin kubectl scale statefulset/argocd-application-controller \
    --namespace argocd --replicas=1 &&
  delivered gitea && admin argocd_core app sync gitea > /dev/null && admin let_go gitea
