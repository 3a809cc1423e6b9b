kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS http://kube-dns.kube-system.svc.cluster.local:9153/metrics |
  sed -n 's/^coredns_build_info.*version="\([0-9]*\).*/CoreDNS \1/p'
