waiting=$(kubectl get deployment nyan --namespace nyan --output jsonpath='{.status.unavailableReplicas}')
test "$waiting" = 1
curl -sS --fail --output /dev/null https://nyan.gitops.test/
