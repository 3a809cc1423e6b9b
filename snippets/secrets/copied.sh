refused_copy() {
  local where
  where=$(kubectl create -f - --output jsonpath='{.metadata.namespace}/{.metadata.name}') &&
    kubectl wait "sealedsecret/${where#*/}" --namespace "${where%/*}" \
      --for=condition=Synced=False --timeout=60s > /dev/null &&
    kubectl get sealedsecret "${where#*/}" --namespace "${where%/*}" \
      --output jsonpath="$where: {.status.conditions[0].message}{'\n'}" &&
    kubectl delete sealedsecret "${where#*/}" --namespace "${where%/*}" > /dev/null
}
keep refused_copy
sealed=~/platform/secrets/gitea-gitea-admin.yaml
sed 's/namespace: gitea/namespace: nyan/' "$sealed" | admin refused_copy &&
  sed 's/name: gitea-admin/name: mine/' "$sealed" | admin refused_copy &&
  sed 's/namespace: gitea/namespace: nyan/; s/^\( *\)name: gitea-admin/&\n\1annotations: {sealedsecrets.bitnami.com\/cluster-wide: "true"}/' \
    "$sealed" | admin refused_copy
