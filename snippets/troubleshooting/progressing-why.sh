kubectl get application lab --namespace argocd
kubectl get ingress lab --namespace lab
kubectl get ingressclasses --output name
