kubectl get ingress nyan --namespace nyan
