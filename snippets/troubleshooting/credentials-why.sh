why nyan
kubectl get application nyan --namespace argocd
