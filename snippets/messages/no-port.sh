said=$(curl -sS https://nyan.gitops.test:4433/ 2>&1 || true)
echo "$said"
grep --fixed-strings 'Failed to connect to nyan.gitops.test port 4433' <<< "$said"
