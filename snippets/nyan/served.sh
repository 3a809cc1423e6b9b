curl -sS --fail https://nyan.gitops.test/ | cmp - ~/nyan/index.html
