openssl verify -CAfile ~/gitops-ca.crt \
  -verify_hostname nyan.gitops.test ~/first.crt
