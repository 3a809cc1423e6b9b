signer_pod() {
  kubectl run signer --namespace drone-builds --restart=Never --image="$1" \
    --overrides='{"spec": {"serviceAccountName": "build"}}' \
    --command -- sleep 900 > /dev/null &&
    kubectl wait pod/signer --namespace drone-builds --timeout=90s \
      --for=condition=Ready > /dev/null
}
signer_over() { kubectl delete pod signer --namespace drone-builds --ignore-not-found --now > /dev/null; }
new_pair() {
  kubectl exec --stdin signer --namespace drone-builds -- sh -c \
    'cd "$(mktemp -d)" && cosign generate-key-pair 2> /dev/null && cat cosign.pub cosign.key'
}
put_secret() {
  drone_api DELETE "repos/gitops/nyan/secrets/$1" > /dev/null 2>&1
  jq --raw-input --slurp --arg name "$1" '{name: $name, data: .}' |
    drone_api POST repos/gitops/nyan/secrets --data @- | jq '{name}'
}
keep signer_pod signer_over new_pair put_secret
if digest=$(image_digest sign-image 2> /dev/null) && [ -n "$digest" ]; then
  signer=gitea.gitops.test/gitops/cosign@$digest
else
  signer=$(sed -n '/name: sign$/,/image:/s/.*image: //p' ~/nyan/.drone.yml)
fi
mkdir -p ~/platform/signatures
if [ -n "$signer" ] && ! [ -s ~/platform/signatures/cosign.pub ]; then
  admin signer_over &&
    admin signer_pod "$signer" &&
    password=$(openssl rand -hex 32) &&
    pair=$(printf %s "$password" | admin new_pair) &&
    admin signer_over &&
    printf %s "$password" | admin put_secret cosign_password &&
    sed -n '/ENCRYPTED/,$p' <<< "$pair" | admin put_secret cosign_key &&
    sed '/ENCRYPTED/,$d' <<< "$pair" > ~/platform/signatures/cosign.pub
  unset password pair
fi
cat ~/platform/signatures/cosign.pub
