sync=$(kubectl get application nyan --namespace argocd --output jsonpath='{.status.sync.status}')
test "$sync" = OutOfSync
curl -sS --fail https://nyan.gitops.test/ | grep 'background: #123'
