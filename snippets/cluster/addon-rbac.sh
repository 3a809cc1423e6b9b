microk8s enable rbac
microk8s status --wait-ready | grep 'microk8s is'
kubectl wait clusterrolebinding/system:basic-user --for=create --timeout=60s
