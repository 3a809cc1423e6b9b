kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS https://nyan.gitops.test/ | grep '<title>'
