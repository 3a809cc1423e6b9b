kubectl get secret gitops-ca --namespace cert-manager \
  --output jsonpath='{.data.ca\.crt}' | base64 -d > ~/gitops-ca.crt
openssl x509 -in ~/gitops-ca.crt -noout -nameopt RFC2253 -subject -issuer \
  -ext basicConstraints
