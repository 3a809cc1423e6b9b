microk8s start
