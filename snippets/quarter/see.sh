kubectl get deployment/cats --namespace quarter
