cd ~/platform
node=$(kubectl get endpointslice kubernetes --namespace default \
  --output jsonpath='{.endpoints[0].addresses[0]}') && test -n "$node" &&
  find network -name '*.yaml' -exec \
    sed -i "s|cidr: [0-9.]*/32|cidr: $node/32|" '{}' + &&
  grep --recursive --no-filename cidr network | uniq --count
