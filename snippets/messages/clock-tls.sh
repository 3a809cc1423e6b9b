said=$(faketime '2 years ago' curl -sS https://nyan.gitops.test/ 2>&1 || true)
echo "$said"
grep --fixed-strings 'certificate is not yet valid' <<< "$said"
