kubectl get configmap "$page" --namespace nyan \
  --output jsonpath='{.data.index\.html}' | cmp - ~/platform/nyan/index.html
