argocd app sync nyan --core --prune > /dev/null
delivered nyan
kubectl config set-context --current --namespace=default > /dev/null
