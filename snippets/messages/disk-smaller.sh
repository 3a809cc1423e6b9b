tags=$(curl -sS --fail --max-time 10 http://localhost:32000/v2/nyan/tags/list | jq '.tags | length')
running=$(sed -n 's/^digest=//p' ~/platform/nyan/image.env)
echo "$tags tags are left, and $running runs"
test "$tags" -ge 1
test "$tags" -le 4
curl -sS --fail --max-time 10 --head --header 'Accept: application/vnd.oci.image.manifest.v1+json' --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
  "http://localhost:32000/v2/nyan/manifests/$running" > /dev/null
left=$(kubectl exec --namespace container-registry deployment/registry -- /bin/registry garbage-collect --dry-run /etc/docker/registry/config.yml | grep marked)
echo "$left"
grep ' 0 blobs and 0 manifests eligible' <<< "$left"
