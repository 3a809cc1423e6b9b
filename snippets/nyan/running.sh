digest=$(sed -n 's/^digest=//p' ~/platform/nyan/image.env)
registry=$(pushed_digest)
running=$(kubectl get pods --namespace nyan --selector=app.kubernetes.io/name=nyan --output json |
  jq --raw-output '.items[] | select(.metadata.deletionTimestamp == null) | .status.containerStatuses[].imageID' |
  sed 's/.*@//' | sort --unique)
echo "git: $digest, registry: $registry, running: $running"
test -n "$digest"
test "$digest" = "$registry"
test "$digest" = "$running"
