admin argocd_core cert rm nyan.gitops.test --cert-type https
admin kubectl delete application stranger --namespace argocd --ignore-not-found
