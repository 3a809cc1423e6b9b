tags=$(nyan_tags) &&
  wanted=$(sed -n 1,3p <<< "$tags" |
    while read -r tag; do nyan_digest "$tag" || exit 1; done &&
    sed -n 's/^digest=//p' ~/platform/nyan/image.env) &&
  (sed 1,3d <<< "$tags" | while read -r tag; do
    digest=$(nyan_digest "$tag") || continue
    grep --fixed-strings "$digest" <<< "$wanted" > /dev/null || {
      admin registry_as gitea-token "images/nyan/manifests/${digest/:/-}.sig" \
        --request DELETE > /dev/null 2>&1 || true
      admin registry_as gitea-token "images/nyan/manifests/$digest" \
        --request DELETE
    } || exit 1
  done) &&
  nyan_tags | sed 's/^/kept: /'
