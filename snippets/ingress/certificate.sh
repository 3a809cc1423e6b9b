openssl s_client -connect nyan.gitops.test:443 -servername nyan.gitops.test \
  -verify_hostname nyan.gitops.test -verify_return_error \
  -CAfile ~/gitops-ca.crt < /dev/null 2> /dev/null |
  openssl x509 -noout -nameopt RFC2253 -issuer \
    -ext subjectAltName,extendedKeyUsage
