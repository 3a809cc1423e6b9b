public_key() { openssl x509 -in "$1" -noout -pubkey | sha256sum; }
mine=$(public_key ~/gitops-ca.crt)
new=$(public_key ~/.config/gitops/root.crt)
test "$mine" = "$new"
leaf=$(admin kubectl get secret nyan-tls --namespace nyan --output jsonpath='{.data.tls\.crt}' | base64 -d)
if cmp -s ~/gitops-ca.crt ~/.config/gitops/root.crt; then exit 1; fi
for root in ~/gitops-ca.crt ~/.config/gitops/root.crt; do
  openssl verify -no-CApath -no-CAstore -CAfile "$root" <<< "$leaf"
done
curl -sS --fail --cacert ~/gitops-ca.crt --output /dev/null https://nyan.gitops.test/
