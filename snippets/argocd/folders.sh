cd ~/platform &&
  mkdir -p argocd/base/upstream apps
