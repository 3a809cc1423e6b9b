test "$(wc -l < ~/gitops-keys/before)" -ge 8
now=$(admin facts)
diff ~/gitops-keys/before - <<< "$now"
curl -sS --cacert ~/gitops-ca.crt --output /dev/null https://nyan.gitops.test/
