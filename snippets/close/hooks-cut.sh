cd ~/platform &&
  sed -i '/webhooks.yaml/d' network/kustomization.yaml &&
  commit 'No webhooks' && git push --quiet && delivered network &&
  admin kubectl rollout restart deployment/gitea --namespace gitea > /dev/null &&
  kubectl rollout status deployment/gitea --namespace gitea --timeout=180s |
    tail -1 &&
  curl -sS --fail --retry 30 --retry-delay 1 --output /dev/null \
    https://gitea.gitops.test/api/healthz
