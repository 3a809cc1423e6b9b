deadline=$((SECONDS + 120))
until said=$(kubectl get events --namespace nyan \
  --field-selector reason=Unhealthy \
  --output jsonpath='{range .items[*]}{.message}{"\n"}{end}' | grep 404) ||
  [ "$SECONDS" -ge "$deadline" ]; do sleep 1; done
sort --unique <<< "$said"
kubectl get deployment nyan --namespace nyan
