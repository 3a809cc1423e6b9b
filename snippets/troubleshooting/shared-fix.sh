admin kubectl delete application twin --namespace argocd --ignore-not-found
kubectl get application nyan --namespace argocd
