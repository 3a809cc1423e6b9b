if [ -f ~/gitops-ca.crt ]; then
  if openssl verify -CAfile /etc/ssl/certs/ca-certificates.crt ~/gitops-ca.crt > /dev/null 2>&1; then
    echo 'the machine still trusts the CA'
    exit 1
  fi
fi
