nyan_digest() {
  registry_api "images/nyan/manifests/$1" --head \
    --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
    --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' |
    tr -d '\r' | sed -n 's/^docker-content-digest: //Ip'
}
keep nyan_digest
digest=$(pushed_digest)
registry_api "images/nyan/manifests/${digest/:/-}.sig" \
  --header 'Accept: application/vnd.oci.image.manifest.v1+json' |
  jq '.layers[] | {mediaType, annotations}'
