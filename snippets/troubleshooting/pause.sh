microk8s stop
