curl -sS --cacert /etc/ssl/certs/ISRG_Root_X1.pem --capath /dev/null \
  https://nyan.gitops.test/
