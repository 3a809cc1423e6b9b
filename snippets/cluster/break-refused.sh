kubectl get events --namespace toolbox --field-selector reason=Failed |
  grep -q 8.16.99
