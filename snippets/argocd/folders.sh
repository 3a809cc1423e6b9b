cd ~/platform
mkdir -p argocd/base apps
