kubectl apply --server-side --force-conflicts -k first-certificate
kubectl wait certificate/first --namespace first-certificate \
  --for=condition=Ready --timeout=60s
