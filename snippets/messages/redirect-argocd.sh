said=$(curl -sS 'https://argocd.gitops.test/auth/login?return_url=https://nobody.gitops.test/')
echo "$said"
grep --fixed-strings 'Invalid redirect URL: the protocol and host' <<< "$said"
