image_digest() {
  kubectl get pods --namespace drone-builds \
    --selector="batch.kubernetes.io/job-name=$1" \
    --field-selector=status.phase=Succeeded --output jsonpath=\
'{.items[0].status.containerStatuses[0].state.terminated.message}'
}
image_built() {
  revoke_token gitops "drone-builds-$1" &&
    kubectl delete secret,configmap,job "$1" --namespace drone-builds
}
keep image_digest image_built
digest=$(image_digest clone-image)
test -n "$digest" &&
  sed -i "s|\(/drone-git\).*|\1@$digest|" drone/images.env &&
  admin image_built clone-image &&
  cat drone/images.env
