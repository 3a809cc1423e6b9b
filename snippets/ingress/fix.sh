kubectl apply --server-side --force-conflicts -k nyan
