nyan_digest() {
  registry_api "images/nyan/manifests/$1" --head \
    --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
    --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' |
    tr -d '\r' | sed -n 's/^docker-content-digest: //Ip' | grep sha256
}
nyan_tags() {
  local there
  there=$(registry_api images/nyan/tags/list | jq --raw-output '.tags[]?') &&
    git -C ~/nyan log --format=%h --abbrev=8 |
      grep --line-regexp --fixed-strings "$there"
}
keep nyan_digest nyan_tags
nyan_tags | sed 's/^/there: /'
