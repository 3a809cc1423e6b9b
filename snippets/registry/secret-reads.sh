login=$(admin kubectl get secret registry --namespace nyan --output jsonpath='{.data.\.dockerconfigjson}' | base64 -d |
  jq --raw-output '.auths["gitea.gitops.test"] | "user = \"\(.username):\(.password)\""')
ask() { curl --config <(echo "$login") -sS --output /dev/null --write-out '%{http_code}' "$@"; }
read=$(ask https://gitea.gitops.test/v2/images/trial/tags/list)
write=$(ask --request POST https://gitea.gitops.test/v2/images/trial/blobs/uploads)
repository=$(ask https://gitea.gitops.test/api/v1/repos/gitops/platform)
echo "read: $read, write: $write, repository: $repository"
test "$read $write $repository" = '404 401 403'
