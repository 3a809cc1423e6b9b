address=$(hostname -I | cut -d ' ' -f 1)
kubectl wait node --all --timeout=60s \
  --for=jsonpath='{.status.addresses[0].address}'="$address"
