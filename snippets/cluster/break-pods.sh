kubectl get pods --namespace toolbox --sort-by=.metadata.creationTimestamp
