attempt() {
  kubectl "$@" 2>&1 && echo "that went through: $*" || true
}
attempt delete deployment coredns --namespace kube-system
attempt get secrets --namespace gitea
attempt get secret gitea-admin --namespace gitea
attempt scale deployment/nyan --namespace nyan --replicas=3
attempt patch application nyan --namespace argocd --type=merge --patch '{}'
attempt exec --namespace toolbox deployment/toolbox -- id
attempt create token argocd-application-controller --namespace argocd
attempt get pods --as=system:admin --as-group=system:masters
