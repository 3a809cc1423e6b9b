test "$(kubectl get application nyan --namespace argocd --output jsonpath='{.status.sync.status}')" = OutOfSync
curl -sS --fail https://nyan.gitops.test/ | grep 'background: #123'
