said=$(kubectl get nodes --tls-server-name=nobody.gitops.test 2>&1 || true)
echo "$said"
grep 'tls: failed to verify certificate: x509: certificate is valid for .*, not nobody.gitops.test' <<< "$said"
