undo 'The cat from the next root' > /dev/null &&
  delivered nyan &&
  kubectl wait certificate/nyan-tls --namespace nyan --timeout=60s \
    --for=jsonpath='{.spec.issuerRef.name}'=gitops-ca &&
  kubectl wait certificate/nyan-tls --namespace nyan --timeout=60s \
    --for=condition=Ready &&
  undo 'A root for what comes' > /dev/null &&
  delivered gitops-ca &&
  admin kubectl delete secret gitops-ca-2 --namespace cert-manager \
    --ignore-not-found &&
  sudo rm -f /usr/local/share/ca-certificates/gitops-ca-2.crt &&
  sudo update-ca-certificates --fresh > /dev/null 2>&1 &&
  admin toolbox_trusts ~/gitops-ca.crt &&
  rm -f ~/gitops-ca-2.crt ~/.config/gitops/roots.crt
