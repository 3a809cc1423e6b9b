replicas=$(kubectl get deployment nyan --namespace nyan --output jsonpath='{.spec.replicas}')
last=$(kubectl get application nyan --namespace argocd --output jsonpath='{.status.operationState.syncResult.revision}')
test "$replicas" = 2
test -n "$last"
head=$(git -C ~/platform rev-parse HEAD)
test "$last" != "$head"
