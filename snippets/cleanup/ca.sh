if kubectl get crd clusterissuers.cert-manager.io > /dev/null 2>&1; then
  kubectl delete clusterissuer gitops-ca selfsigned --ignore-not-found \
    --timeout=60s
  kubectl delete certificate gitops-ca --namespace cert-manager \
    --ignore-not-found --timeout=60s
fi
