other_pair() {
  kubectl exec --stdin signer --namespace drone-builds -- sh -c 'set -e
cd /tmp
export COSIGN_PASSWORD=
cosign login gitea.gitops.test --username builder --password-stdin
cosign generate-key-pair
cosign sign --key cosign.key --tlog-upload=false --use-signing-config=false \
  --new-bundle-format=false "$0"' "$1" 2> /dev/null
}
digest=$(nyan_digest by-hand)
signer=$(sed -n '/name: sign$/,/image:/s/.*image: //p' ~/nyan/.drone.yml)
sign_with_another() {
  signer_over &&
    signer_pod "$1" &&
    fresh_token builder trial write:package |
    other_pair "gitea.gitops.test/images/nyan@$2" &&
    revoke_token builder trial &&
    signer_over &&
    echo 'signed, with another key'
}
admin sign_with_another "$signer" "$digest"
cat_of "$digest"
