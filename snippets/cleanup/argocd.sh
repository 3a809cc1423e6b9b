if kubectl get crd applications.argoproj.io > /dev/null 2>&1; then
  kubectl scale statefulset argocd-application-controller \
    --namespace argocd --replicas=1 > /dev/null 2>&1
  for which in apps --all; do
    kubectl delete application "$which" --namespace argocd --ignore-not-found \
      --wait=false &&
      kubectl get applications --namespace argocd --output name |
      xargs --no-run-if-empty kubectl patch --namespace argocd --type merge \
        --patch '{"operation": null}' > /dev/null
    kubectl delete application "$which" --namespace argocd --ignore-not-found \
      --timeout=180s > /dev/null || break
  done
fi
if [ -f ~/platform/apps/images.yaml ]; then
  kubectl delete -f ~/platform/apps/images.yaml --ignore-not-found
fi
if kubectl get crd clusterimagepolicies.policy.sigstore.dev > /dev/null 2>&1; then
  kubectl delete validatingwebhookconfiguration policy.sigstore.dev --ignore-not-found
  kubectl delete clusterimagepolicies --all --timeout=60s
  kubectl delete crd clusterimagepolicies.policy.sigstore.dev \
    trustroots.policy.sigstore.dev --ignore-not-found --timeout=60s
fi
kubectl delete clusterrole,clusterrolebinding signature-verifier --ignore-not-found
kubectl delete crd sealedsecrets.bitnami.com --ignore-not-found --timeout=60s
kubectl delete clusterrole,clusterrolebinding sealed-secrets-namespaces \
  --ignore-not-found
kubectl delete clusterrole sealed-secrets-open sealed-secrets-view --ignore-not-found
kubectl delete clusterrole everyday --ignore-not-found
kubectl delete clusterrolebinding everyday everyday-view --ignore-not-found
kubectl delete deployments,statefulsets --all --namespace argocd --wait=false
if [ -f ~/platform/argocd/base/kustomization.yaml ]; then
  kubectl delete -k ~/platform/argocd/base --ignore-not-found --wait=false
fi
