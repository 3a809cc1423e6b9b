cd ~/platform
for repository in nyan platform; do
  built=$(admin drone_api GET "repos/gitops/$repository" | jq .active)
  delivered=$(kubectl get applications --namespace argocd --output json |
    jq --arg url "https://gitea.gitops.test/gitops/$repository.git" \
      '[.items[].spec.source | select(.repoURL == $url)] | length')
  echo "$repository: Drone builds it: $built, applications from it: $delivered"
done
