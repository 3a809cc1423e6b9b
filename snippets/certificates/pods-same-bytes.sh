kubectl exec --namespace toolbox deployment/toolbox -- \
  cat /etc/gitops-ca/ca.crt | cmp - ~/gitops-ca.crt
