cat_of() {
  kubectl get deployment nyan --namespace nyan --output json |
    jq --arg image "gitea.gitops.test/images/nyan@$1" '{apiVersion, kind,
      metadata: {name: "other", namespace: "nyan"}, spec}
      | .spec.template.spec.containers[0].image = $image' |
    admin kubectl create --dry-run=server --filename - 2>&1 || true
}
by_hand() {
  local kept type token
  kept=$(mktemp) &&
    registry_api "images/nyan/manifests/$1" --output "$kept" \
      --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
      --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' &&
    type=$(jq --raw-output .mediaType "$kept") &&
    token=$(fresh_token builder trial write:package) &&
    jq '.annotations.built = "by hand"' "$kept" |
    curl --config <(printf 'user = "builder:%s"\n' "$token") -sS \
      --fail-with-body --request PUT --header "Content-Type: $type" \
      --data-binary @- \
      https://gitea.gitops.test/v2/images/nyan/manifests/by-hand &&
    revoke_token builder trial
}
keep cat_of by_hand
built_here=$(pushed_digest)
admin by_hand "$built_here"
digest=$(nyan_digest by-hand)
cat_of "$built_here"
cat_of "$digest"
