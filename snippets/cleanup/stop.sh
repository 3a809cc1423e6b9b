microk8s stop
microk8s start
