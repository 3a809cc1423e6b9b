pushed=$(git ls-remote https://gitea.gitops.test/gitops/platform.git refs/heads/main | cut -f 1)
synced=$(kubectl get application nyan --namespace argocd --output jsonpath='{.status.operationState.syncResult.revision}')
test -n "$pushed"
test "$synced" = "$pushed"
