for list in -CAfile=/etc/ssl/certs/ca-certificates.crt -CApath=/etc/ssl/certs; do
  if openssl verify "${list%%=*}" "${list#*=}" ~/gitops-ca.crt 2> /dev/null; then
    echo "${list#*=} still trusts the CA"
    exit 1
  fi
done
test ! -L /etc/ssl/certs/gitops-ca.pem
