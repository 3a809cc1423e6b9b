let_go() {
  local phase
  phase=$(kubectl get application "$1" --namespace argocd \
    --output jsonpath='{.status.operationState.phase}')
  if [ "$phase" != Succeeded ]; then
    echo "$1 is not Argo CD's yet: ${phase:-nothing delivered}" >&2
    return 1
  fi
  kubectl get -k ~/platform/"$1" --output json |
    jq '.items[] | {apiVersion, kind,
      metadata: ({name: .metadata.name} + if .metadata.namespace
        then {namespace: .metadata.namespace} else {} end)}' |
    kubectl apply --server-side -f - > /dev/null
}
keep let_go
for folder in apps argocd cert-manager gitea gitops-ca nginx-ingress nyan toolbox; do
  let_go "$folder"
done
kubectl get deployment nyan --namespace nyan --show-managed-fields \
  --output json | jq --raw-output '.metadata.managedFields[] |
    select(.subresource != "status") | .manager' | sort --unique
