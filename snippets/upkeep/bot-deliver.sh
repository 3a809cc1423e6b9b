cd ~/platform &&
  { grep -w renovate network/kustomization.yaml > /dev/null ||
    echo '  - renovate.yaml' >> network/kustomization.yaml; } &&
  { grep -w renovate apps/kustomization.yaml > /dev/null ||
    echo '  - renovate' >> apps/kustomization.yaml; } &&
  commit 'A bot that proposes versions' && git push --quiet &&
  delivered apps && delivered network && delivered secrets &&
  delivered renovate
