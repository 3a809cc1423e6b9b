admin kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS http://kube-dns.kube-system:9153/metrics
