for list in -CAfile=/etc/ssl/certs/ca-certificates.crt -CApath=/etc/ssl/certs; do
  if openssl verify "${list%%=*}" "${list#*=}" ~/gitops-ca.crt 2> /dev/null; then
    echo "${list#*=} still trusts the CA"
    exit 1
  fi
done
test ! -L /etc/ssl/certs/gitops-ca.pem
for left in /usr/local/share/ca-certificates/gitops-ca-2.crt /var/snap/microk8s/current/args/certs.d/gitea.gitops.test; do
  test ! -e "$left" || { echo "$left is still there"; exit 1; }
done
