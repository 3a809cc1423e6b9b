undo 'Deliver nothing by itself for now' && delivered apps &&
  kubectl get appproject nyan --namespace argocd \
    --output jsonpath='{.spec.syncWindows}{"none\n"}'
