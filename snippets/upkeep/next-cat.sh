cd ~/platform &&
  sed -i 's/\(cluster-issuer: gitops-ca\)$/\1-2/' nyan/ingress.yaml &&
  commit 'The cat from the next root' && git push --quiet &&
  delivered nyan &&
  kubectl wait certificate/nyan-tls --namespace nyan --timeout=60s \
    --for=jsonpath='{.spec.issuerRef.name}'=gitops-ca-2 &&
  kubectl wait certificate/nyan-tls --namespace nyan --timeout=60s \
    --for=condition=Ready
