kubectl config set-context --current --namespace=argocd > /dev/null
argocd app diff nyan --core
