test "$(kubectl exec --namespace toolbox deployment/toolbox -- sh -c 'id -u')" = 100
