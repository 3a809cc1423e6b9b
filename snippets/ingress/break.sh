kubectl patch service nyan --namespace nyan --type=merge \
  --patch '{"spec": {"selector": {"app.kubernetes.io/name": "nyancat"}}}'
