curl -sS --fail --cacert ~/gitops-ca.crt https://nyan.gitops.test/ |
  cmp - ~/platform/nyan/index.html
