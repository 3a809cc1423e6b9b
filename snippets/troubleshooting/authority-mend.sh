argocd_core cert rm nyan.gitops.test --cert-type https
kubectl delete application stranger --namespace argocd --ignore-not-found
