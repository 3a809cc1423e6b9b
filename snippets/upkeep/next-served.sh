said=$(openssl s_client -connect nyan.gitops.test:443 -servername nyan.gitops.test < /dev/null 2> /dev/null)
openssl x509 -noout -issuer <<< "$said" | grep 'GitOps CA 2'
