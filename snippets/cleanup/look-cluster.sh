kubectl get namespaces --output name
