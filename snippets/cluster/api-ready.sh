kubectl get --raw /readyz
