deadline=$((SECONDS + 120))
until kubectl get pods --namespace cert-manager --selector app=cert-manager \
  --no-headers | grep ImagePullBackOff || [ "$SECONDS" -ge "$deadline" ]; do
  sleep 1
done
