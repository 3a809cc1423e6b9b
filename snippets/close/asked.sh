bash ~/.config/gitops/who.sh
