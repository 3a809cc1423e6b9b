tls_names() {
  kubectl get ingresses --all-namespaces \
    --output jsonpath='{.items[*].spec.tls[*].hosts[*]}'
}
test -n "$(tls_names)"
for name in $(tls_names); do
  certificate=$(openssl s_client -connect "$name:443" -servername "$name" < /dev/null 2> /dev/null)
  openssl x509 -noout -ext extendedKeyUsage <<< "$certificate" |
    grep 'TLS Web Server Authentication' ||
    { echo "$name may not be used for a server"; exit 1; }
done
