kubectl get events --all-namespaces --sort-by=.lastTimestamp | tail -n 5
