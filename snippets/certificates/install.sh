kubectl apply --server-side -k cert-manager
