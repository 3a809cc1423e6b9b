curl -sS --fail --location http://nyan.gitops.test/ |
  cmp - ~/platform/nyan/index.html
