kubectl get certificaterequests --namespace first-certificate --output \
  jsonpath='{.items[?(@.spec.issuerRef.name=="gitops-c")].status.conditions[?(@.type=="Ready")].message}' |
  grep -q 'not found'
