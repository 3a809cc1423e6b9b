multipass transfer gitops:gitops-ca.crt gitops-ca.crt
sudo security add-trusted-cert -d -r trustRoot \
  -k /Library/Keychains/System.keychain gitops-ca.crt
