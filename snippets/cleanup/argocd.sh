if kubectl get crd applications.argoproj.io > /dev/null 2>&1; then
  kubectl scale statefulset argocd-application-controller \
    --namespace argocd --replicas=1 > /dev/null 2>&1
  kubectl delete application apps --namespace argocd --ignore-not-found \
    --timeout=60s &&
    kubectl delete applications --all --namespace argocd --timeout=180s
fi
if [ -f ~/platform/apps/images.yaml ]; then
  kubectl delete -f ~/platform/apps/images.yaml --ignore-not-found
fi
kubectl delete deployments,statefulsets --all --namespace argocd --wait=false
if [ -f ~/platform/argocd/base/kustomization.yaml ]; then
  kubectl delete -k ~/platform/argocd/base --ignore-not-found --wait=false
fi
