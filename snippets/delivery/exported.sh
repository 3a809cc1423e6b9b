test "$(kubectl get deployment nyan --namespace nyan --output jsonpath='{.spec.replicas}')" = 2
