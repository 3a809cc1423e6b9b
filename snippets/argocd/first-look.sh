kubectl get application nyan --namespace argocd
