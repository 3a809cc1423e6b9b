sudo snap refresh --hold microk8s
