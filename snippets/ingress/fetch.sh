curl -sS --cacert ~/gitops-ca.crt https://nyan.gitops.test/ | grep '<title>'
