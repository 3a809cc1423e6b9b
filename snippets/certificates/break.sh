kubectl patch certificate first --namespace first-certificate --type=merge \
  --patch '{"spec": {"issuerRef": {"name": "gitops-c"}}}'
kubectl wait certificate/first --namespace first-certificate \
  --for=condition=Ready=False --timeout=60s
