leftovers=$(
  kubectl get namespace nyan first-certificate toolbox nginx-ingress cert-manager --ignore-not-found --output name
  kubectl get customresourcedefinitions,clusterroles,clusterrolebindings,ingressclasses --output name |
    grep -E 'cert-manager|nginx' || true
  kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations --output name |
    grep cert-manager || true
  kubectl get configmap coredns --namespace kube-system --output yaml | grep gitops.test || true
)
test -z "$leftovers" || { echo "$leftovers"; exit 1; }
