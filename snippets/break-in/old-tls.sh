curl -sS --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 https://nyan.gitops.test
