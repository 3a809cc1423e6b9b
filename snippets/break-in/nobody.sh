for address in \
  gitea.gitops.test/api/v1/repos/gitops/platform \
  'gitea.gitops.test/gitops/platform.git/info/refs?service=git-upload-pack' \
  argocd.gitops.test/api/v1/applications \
  argocd.gitops.test/api/v1/clusters \
  drone.gitops.test/api/user \
  drone.gitops.test/api/repos/gitops/nyan/secrets; do
  curl -sS --output /dev/null --write-out '%{http_code} %{url}\n' \
    "https://$address"
done
