kubectl get events --namespace toolbox --field-selector reason=Failed \
  --output jsonpath='{range .items[*]}{.message}{"\n"}{end}' |
  grep 'Failed to pull' | sort --unique
