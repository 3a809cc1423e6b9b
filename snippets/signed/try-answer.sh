asked=$(kubectl get namespaces --output name \
  --selector policy.sigstore.dev/include=true)
test "$asked" = namespace/nyan
