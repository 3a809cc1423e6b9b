sudo cp ~/gitops-ca.crt /usr/local/share/ca-certificates/gitops-ca.crt &&
  sudo update-ca-certificates
