git push --quiet &&
  kubectl scale statefulset/argocd-application-controller \
    --namespace argocd --replicas=1 &&
  delivered gitea && argocd_core app sync gitea > /dev/null && let_go gitea
