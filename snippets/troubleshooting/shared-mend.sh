kubectl delete application twin --namespace argocd
kubectl get application nyan --namespace argocd
