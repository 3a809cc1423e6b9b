kubectl apply --server-side -f apps/projects.yaml --namespace argocd
kubectl apply --server-side -f apps/nyan.yaml
