kubectl apply --server-side -k gitops-ca
kubectl wait certificate/gitops-ca --namespace cert-manager \
  --for=condition=Ready --timeout=60s
kubectl wait clusterissuer/gitops-ca --for=condition=Ready --timeout=60s
