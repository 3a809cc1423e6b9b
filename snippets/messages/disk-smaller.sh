tags=$(registry_api images/nyan/tags/list --max-time 10 | jq '[.tags[] | select(endswith(".sig") | not)] | length')
running=$(sed -n 's/^digest=//p' ~/platform/nyan/image.env)
echo "$tags tags are left, and $running runs"
test "$tags" -ge 1
test "$tags" -le 4
registry_api "images/nyan/manifests/$running" --max-time 10 --head --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
  --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' > /dev/null
registry_api "images/nyan/manifests/${running/:/-}.sig" --max-time 10 --head \
  --header 'Accept: application/vnd.oci.image.manifest.v1+json' > /dev/null
