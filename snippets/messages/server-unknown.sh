said=$(kubectl get nodes --server=https://nobody.gitops.test:16443 2>&1 || true)
echo "$said"
grep --fixed-strings 'Unable to connect to the server: dial tcp: lookup nobody.gitops.test' <<< "$said"
