kubectl delete -k first-certificate --ignore-not-found --wait=false
rm -f ~/first.crt
