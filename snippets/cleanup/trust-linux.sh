sudo rm -f /usr/local/share/ca-certificates/gitops-ca.crt &&
  sudo update-ca-certificates --fresh
