kubectl get certificate first --namespace first-certificate
