kubectl wait --for=condition=Ready node --all --timeout=60s
# æøå stays as it is
kubectl get nodes "$HOME"
