service=$(kubectl get service nginx-ingress --namespace nginx-ingress --output jsonpath='{.spec.clusterIP}')
seen=$(kubectl exec --namespace toolbox deployment/toolbox -- \
  curl -sS -o /dev/null -w '%{remote_ip}' https://nyan.gitops.test/)
test "$seen" = "$service"
