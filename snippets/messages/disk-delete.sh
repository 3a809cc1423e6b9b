wanted=$(nyan_tags | sed -n 1,3p |
  while read -r tag; do nyan_digest "$tag"; done &&
  sed -n 's/^digest=//p' ~/platform/nyan/image.env)
nyan_tags | sed 1,3d | while read -r tag; do
  digest=$(nyan_digest "$tag")
  case $digest in
    sha256:*)
      grep --fixed-strings "$digest" <<< "$wanted" > /dev/null ||
        {
          admin registry_as gitea-token "images/nyan/manifests/${digest/:/-}.sig" \
            --request DELETE > /dev/null 2>&1 || true
          admin registry_as gitea-token "images/nyan/manifests/$digest" \
            --request DELETE
        }
      ;;
  esac
done
nyan_tags | sed 's/^/kept: /'
