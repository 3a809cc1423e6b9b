microk8s enable rbac
microk8s status --wait-ready | grep 'microk8s is'
