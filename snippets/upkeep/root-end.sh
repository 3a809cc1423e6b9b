openssl x509 -in ~/gitops-ca.crt -noout -subject -enddate
kubectl get certificates --all-namespaces --output \
  custom-columns=':metadata.name,:status.notAfter,:status.renewalTime'
