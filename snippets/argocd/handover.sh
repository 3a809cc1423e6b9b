let_go() {
  local phase begun
  phase=$(kubectl get application "$1" --namespace argocd \
    --output jsonpath='{.status.operationState.phase}')
  if [ "$phase" != Succeeded ]; then
    echo "$1 is not Argo CD's yet: ${phase:-nothing delivered}" >&2
    return 1
  fi
  begun=$(date +%s) &&
    kubectl patch application "$1" --namespace argocd --type merge --patch '{"operation": {
      "info": [{"name": "let_go", "value": "'"$begun"'"}],
      "sync": {"syncOptions": ["ServerSideApply=true"]}}}' > /dev/null &&
    kubectl wait application/"$1" --namespace argocd --timeout=120s \
      --for=jsonpath='{.status.operationState.operation.info[0].value}'="$begun" > /dev/null &&
    kubectl wait application/"$1" --namespace argocd --timeout=120s \
      --for=jsonpath='{.status.operationState.phase}'=Succeeded > /dev/null &&
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
