admin kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS --fail http://kube-dns.kube-system:9153/metrics > /dev/null
kubectl logs --namespace nyan deployment/nyan --tail 1
