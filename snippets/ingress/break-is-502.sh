said=$(curl -sS https://nyan.gitops.test/)
grep --fixed-strings '502 Bad Gateway' <<< "$said"
