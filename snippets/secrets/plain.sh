cd ~/platform &&
  openssl rand -hex 16 |
  kubectl create secret generic plain --namespace nyan --dry-run=client \
    --from-file=password=/dev/stdin --output yaml > nyan/plain.yaml &&
  commit 'A secret in the clear' && git push
