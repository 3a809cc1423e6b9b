left=$(not_back "${stopped:-2000}")
echo "not back: ${left:-none}"
test -z "$left"
wrong=$(kubectl get applications --namespace argocd --output json |
  jq --raw-output '.items[] | select(.status.sync.status != "Synced" or .status.health.status != "Healthy") | .metadata.name')
echo "not as in git: ${wrong:-none}"
test -z "$wrong"
for name in nyan gitea argocd drone; do
  curl -sS --fail --output /dev/null "https://$name.gitops.test/"
done
