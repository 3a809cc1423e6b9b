kubectl get secret first-tls --namespace first-certificate \
  --output jsonpath='{.data.tls\.crt}' | base64 -d > ~/first.crt
openssl x509 -in ~/first.crt -noout -nameopt RFC2253 -issuer -dates \
  -ext subjectAltName,extendedKeyUsage
