kubectl get ingressclasses
