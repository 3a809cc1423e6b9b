test "$(wc -l < ~/gitops-keys/before)" -ge 8
diff ~/gitops-keys/before <(admin facts)
curl -sS --cacert ~/gitops-ca.crt --output /dev/null https://nyan.gitops.test/
