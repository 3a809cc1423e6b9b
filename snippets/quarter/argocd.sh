kubectl create namespace argocd --dry-run=client --output=yaml |
  kubectl apply -f -
kubectl create configmap argocd-cm --namespace argocd \
  --from-literal=timeout.reconciliation=10s \
  --from-literal=timeout.reconciliation.jitter=0s \
  --dry-run=client --output=yaml |
  kubectl apply --server-side --field-manager=quarter -f -
applied=$(kubectl apply --server-side --namespace argocd \
  --selector 'app.kubernetes.io/name notin (
    argocd-applicationset-controller, argocd-dex-server,
    argocd-notifications-controller, argocd-server)' \
  -f https://raw.githubusercontent.com/argoproj/argo-cd/v3.5.7/manifests/install.yaml) &&
  grep --count serverside-applied <<< "$applied" &&
  kubectl rollout status deployment,statefulset --namespace argocd --timeout=300s
