said=$(curl -sS --connect-to nobody.gitops.test:80:nyan.gitops.test:80 http://nobody.gitops.test/)
echo "$said"
grep --fixed-strings '404 Not Found' <<< "$said"
