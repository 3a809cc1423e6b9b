admin bash ~/.config/gitops/who.sh
