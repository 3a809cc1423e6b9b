openssl s_client -connect nyan.gitops.test:443 \
  -servername nyan.gitops.test -verify_hostname nyan.gitops.test \
  -verify_return_error -CAfile ~/gitops-ca.crt -nameopt RFC2253 \
  < /dev/null 2> /dev/null | sed -n '/^issuer=/p; /^Verification/p'
openssl x509 -in ~/gitops-ca.crt -noout -nameopt RFC2253 -subject
