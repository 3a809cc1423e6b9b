said=$(openssl s_client -connect nyan.gitops.test:443 -servername nyan.gitops.test < /dev/null 2> /dev/null)
openssl x509 -noout -issuer -nameopt RFC2253 <<< "$said" | grep --line-regexp 'issuer=CN=GitOps CA'
curl -sS --fail --cacert ~/gitops-ca.crt --output /dev/null https://nyan.gitops.test/
inside=$(admin kubectl exec deployment/toolbox --namespace toolbox --container=toolbox -- cat /etc/gitops-ca/ca.crt)
test "$inside" = "$(cat ~/gitops-ca.crt)"
left=$(admin kubectl get secrets --namespace cert-manager --output name)
grep gitops-ca <<< "$left"
test "$(grep --count -- -2 <<< "$left")" = 0
test ! -e /usr/local/share/ca-certificates/gitops-ca-2.crt
