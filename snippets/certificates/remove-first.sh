kubectl delete -k first-certificate --ignore-not-found --timeout=60s
rm -f ~/first.crt
