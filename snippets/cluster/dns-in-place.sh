kubectl get configmap coredns --namespace kube-system --output jsonpath='{.data.Corefile}' |
  cmp - ~/platform/coredns/Corefile
test -z "$(kubectl logs deployment/coredns --namespace kube-system | grep -i error)"
