undo 'A note' && delivered nyan &&
  kubectl wait configmap/note --namespace nyan --for=delete \
    --timeout=60s > /dev/null
