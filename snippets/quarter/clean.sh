kubectl delete namespace quarter argocd --ignore-not-found
kubectl delete crd,clusterrole,clusterrolebinding \
  --selector app.kubernetes.io/part-of=argocd
