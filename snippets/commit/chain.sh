source=$(git -C ~/nyan rev-parse HEAD)
build=$(drone_look repos/gitops/nyan/builds | jq --raw-output --arg commit "$source" \
  '[.[] | select(.after == $commit)][0].status')
delivered=$(git -C ~/platform log -1 --format=%s)
synced=$(kubectl get application nyan --namespace argocd --output jsonpath='{.status.operationState.syncResult.revision}')
echo "source $source, build $build, delivered $delivered, synced $synced"
test "$build" = success
test "$delivered" = "nyan $source"
test "$synced" = "$(git -C ~/platform rev-parse HEAD)"
