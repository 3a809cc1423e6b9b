sed 's|^rows=(|& sealed-secrets/sealed-secrets); others=(|' \
  ~/.config/gitops/who.sh > ~/.config/gitops/who-opens.sh &&
  admin bash ~/.config/gitops/who-opens.sh
