test "$(kubectl get deployment nyan --namespace nyan --output jsonpath='{.spec.replicas}')" = 2
test "$(kubectl get application nyan --namespace argocd --output jsonpath='{.status.sync.status}')" = OutOfSync
