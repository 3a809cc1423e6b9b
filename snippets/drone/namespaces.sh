admin kubectl apply --server-side -f drone/namespaces.yaml
