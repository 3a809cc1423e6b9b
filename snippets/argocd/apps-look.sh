kubectl get applications --namespace argocd
