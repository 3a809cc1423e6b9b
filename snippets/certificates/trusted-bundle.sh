openssl verify -CAfile /etc/ssl/certs/ca-certificates.crt ~/first.crt
