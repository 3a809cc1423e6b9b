kubectl get secret gitops-ca --namespace cert-manager \
  --output jsonpath='{.data.ca\.crt}' | base64 -d > ~/gitops-ca.crt.new
openssl x509 -in ~/gitops-ca.crt.new -noout -nameopt RFC2253 -subject -issuer \
  -ext basicConstraints && mv ~/gitops-ca.crt.new ~/gitops-ca.crt
