digest=$(nyan_digest by-hand)
for one in "${digest/:/-}.sig" "$digest"; do
  admin registry_as gitea-token "images/nyan/manifests/$one" --request DELETE \
    > /dev/null
done
