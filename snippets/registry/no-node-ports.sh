open=$(kubectl get services --all-namespaces --output json |
  jq --raw-output '.items[] | select(any(.spec.ports[]; .nodePort)) | "\(.metadata.namespace)/\(.metadata.name)"')
echo "services with a port on the node: ${open:-none}"
test -z "$open"
