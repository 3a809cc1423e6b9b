kubectl get application nyan --namespace argocd --output json |
  jq 'del(.metadata.uid, .metadata.resourceVersion, .metadata.finalizers, .status, .operation)
    | .metadata.name = "sneaky" | .spec.destination.namespace = "kube-system"' |
  kubectl apply --server-side -f -
kubectl wait application/sneaky --namespace argocd --timeout=60s \
  --for=jsonpath='{.status.conditions[0].type}'=InvalidSpecError &&
  kubectl get application sneaky --namespace argocd \
    --output jsonpath='{.status.conditions[0].message}{"\n"}' &&
  kubectl delete application sneaky --namespace argocd
