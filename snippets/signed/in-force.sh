nobody=$(sha256sum <<< 'an image that nobody has signed' | cut --delimiter=' ' --fields=1)
answer=$(admin kubectl create deployment other --namespace nyan --dry-run=server \
  --image="gitea.gitops.test/images/other@sha256:$nobody" 2>&1 || true)
grep 'policy.sigstore.dev' <<< "$answer"
