bash ~/.config/gitops/outside.sh
