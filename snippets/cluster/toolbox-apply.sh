kubectl apply --server-side -k toolbox
