cd ~/platform
node=$(kubectl get endpointslice kubernetes --namespace default \
  --output jsonpath='{.endpoints[0].addresses[0]}') && test -n "$node" &&
  sed -i "s|cidr: [^}]*|cidr: $node/32|" network/api-server.yaml &&
  grep cidr network/api-server.yaml | uniq --count
