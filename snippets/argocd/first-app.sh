kubectl apply --server-side --force-conflicts -f apps/projects.yaml
kubectl apply --server-side -f apps/nyan.yaml
