sudo rm -rf /usr/local/share/ca-certificates/gitops-ca.crt \
  /usr/local/share/ca-certificates/gitops-ca-2.crt \
  /var/snap/microk8s/current/args/certs.d/gitea.gitops.test &&
  sudo update-ca-certificates --fresh
