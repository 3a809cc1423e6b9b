page=$(kubectl get deployment nyan --namespace nyan \
  --output jsonpath='{.spec.template.spec.volumes[0].configMap.name}')
admin kubectl patch configmap "$page" --namespace nyan --type=merge \
  --patch '{"data": {"index.html": "I was here\n"}}'
