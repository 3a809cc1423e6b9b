kubectl create namespace stuck
kubectl create configmap held --namespace stuck
kubectl patch configmap held --namespace stuck --type=merge \
  --patch '{"metadata": {"finalizers": ["gitops.test/held"]}}'
kubectl delete namespace stuck --wait=false
