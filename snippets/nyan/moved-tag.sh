tag=$(git -C ~/nyan rev-parse --short=8 HEAD)
old=$(pushed_digest)
kept=$(mktemp)
login="user = \"builder:$(admin fresh_token builder trial write:package)\""
write_tag() {
  curl --config <(echo "$login") -sS --output /dev/null --request PUT \
    --header "Content-Type: $(jq --raw-output .mediaType "$kept")" \
    --data-binary @- --write-out "the tag is $1: %{http_code}\n" \
    "https://gitea.gitops.test/v2/images/nyan/manifests/$tag"
}
registry_api "images/nyan/manifests/$tag" --output "$kept" \
  --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
  --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' &&
  jq '.annotations.moved = "yes"' "$kept" | write_tag moved
kubectl get pods --namespace nyan --output json |
  jq --raw-output --arg old "$old" '.items[]
    | select(.metadata.deletionTimestamp == null)
    | .status.containerStatuses[].imageID
    | if endswith($old) then "the old digest runs" else . end'
curl --config <(echo "$login") -sS --output /dev/null \
  --write-out 'the old digest in the registry: %{http_code}\n' \
  "https://gitea.gitops.test/v2/images/nyan/manifests/$old"
write_tag 'put back' < "$kept"
admin revoke_token builder trial
