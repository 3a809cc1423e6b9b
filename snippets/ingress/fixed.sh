curl -sS --fail https://nyan.gitops.test/ | cmp - ~/platform/nyan/index.html
