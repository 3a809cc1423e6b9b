kubectl get pods --all-namespaces
