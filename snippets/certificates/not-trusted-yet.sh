openssl verify -CApath /etc/ssl/certs ~/first.crt
