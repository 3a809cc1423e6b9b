asked=$(kubectl kustomize ~/platform/network | grep -c 'namespace: gitea')
found=$(kubectl get networkpolicies --namespace gitea --output name | wc -l)
test "$asked" -gt 0 && test "$found" = "$asked"
