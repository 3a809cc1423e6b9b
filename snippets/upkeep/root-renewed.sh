admin renew cert-manager gitops-ca &&
  admin renew nyan nyan-tls &&
  admin kubectl get secret gitops-ca --namespace cert-manager \
    --output jsonpath='{.data.tls\.crt}' | base64 -d > ~/.config/gitops/root.crt &&
  openssl x509 -in ~/gitops-ca.crt -noout -serial -enddate &&
  openssl x509 -in ~/.config/gitops/root.crt -noout -serial -enddate
