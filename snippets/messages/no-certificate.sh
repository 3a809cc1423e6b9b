said=$(curl -sS --connect-to nobody.gitops.test:443:nyan.gitops.test:443 https://nobody.gitops.test/ 2>&1 || true)
echo "$said"
grep --fixed-strings 'tlsv1 unrecognized name' <<< "$said"
