said=$(curl -sS https://nobody.gitops.test/ 2>&1 || true)
echo "$said"
grep --fixed-strings 'Could not resolve host: nobody.gitops.test' <<< "$said"
