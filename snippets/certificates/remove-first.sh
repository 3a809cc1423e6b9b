kubectl delete -k first-certificate --ignore-not-found
rm -f ~/first.crt
