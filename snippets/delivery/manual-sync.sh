argocd app sync nyan --core > /dev/null
delivered nyan
kubectl config set-context --current --namespace=default > /dev/null
