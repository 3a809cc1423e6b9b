curl -sS -o /dev/null -w '%{http_code}\n' https://nyan.gitops.test/
kubectl get pods --namespace nyan
kubectl get endpointslices --namespace nyan
