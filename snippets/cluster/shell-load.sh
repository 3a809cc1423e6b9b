. ~/.config/gitops/shell.sh
