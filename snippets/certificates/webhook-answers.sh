kubectl apply --server-side --dry-run=server -k gitops-ca
