git revert --no-edit HEAD
git push --quiet
delivered nyan
kubectl wait configmap/note --namespace nyan --for=delete \
  --timeout=60s > /dev/null
