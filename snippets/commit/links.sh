git -C ~/nyan log -1 --format='%h %s'
drone_look repos/gitops/nyan/builds | jq --raw-output \
  --arg commit "$(git -C ~/nyan rev-parse HEAD)" \
  '[.[] | select(.after == $commit)][0] | "build \(.number): \(.status)"'
git -C ~/platform log -1 --format='%h %an: %s'
kubectl get application nyan --namespace argocd --output jsonpath=\
'{.status.sync.revision} {.status.sync.status} {.status.health.status}{"\n"}'
