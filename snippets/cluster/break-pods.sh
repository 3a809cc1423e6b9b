kubectl get pods --namespace toolbox
