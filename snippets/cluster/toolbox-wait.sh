kubectl wait deployment/toolbox --namespace toolbox \
  --for=condition=Available --timeout=120s
