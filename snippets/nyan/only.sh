cat_with() {
  kubectl get pods --namespace nyan --selector=app.kubernetes.io/name=nyan \
    --output json |
    jq "[.items[] | select(.metadata.deletionTimestamp == null)][0]
      | {apiVersion: \"v1\", kind: \"Pod\", spec,
        metadata: {name: \"other\", namespace: \"nyan\"}}
      | del(.spec.nodeName) | $1" |
    admin kubectl create --dry-run=server --filename - 2>&1 || true
}
cat_with .
cat_with '.spec.containers[0].image |= sub("@.*"; ":1.0")'
cat_with '.spec.containers[0].image |= sub(".*/"; "docker.io/somebody/")'
cat_with '.spec.initContainers = [.spec.containers[0] | {name: "first",
  image: "docker.io/somebody/first:1.0", securityContext}]'
cat_with '.spec.volumes += [{name: "theirs",
  image: {reference: "docker.io/somebody/pages:1.0"}}]'
pod=$(kubectl get pods --namespace nyan --output name \
  --selector=app.kubernetes.io/name=nyan --field-selector status.phase=Running)
admin kubectl debug "${pod%%$'\n'*}" --namespace nyan --profile=restricted \
  --quiet --image=docker.io/alpine/git:2.54.0 -- id 2>&1 || true
