curl -sS --connect-to admin.gitops.test:443:nyan.gitops.test:443 \
  https://admin.gitops.test
