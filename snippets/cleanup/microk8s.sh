sudo snap remove --purge microk8s
