let_go() {
  local name phase begun
  for name in "$@"; do
    phase=$(kubectl get application "$name" --namespace argocd \
      --output jsonpath='{.status.operationState.phase}')
    if [ "$phase" != Succeeded ]; then
      echo "$name is not Argo CD's yet: ${phase:-nothing delivered}" >&2
      return 1
    fi
  done
  begun=$(date +%s) || return
  for name in "$@"; do
    kubectl patch application "$name" --namespace argocd --type merge --patch '{"operation": {
      "info": [{"name": "let_go", "value": "'"$begun"'"}],
      "sync": {"syncOptions": ["ServerSideApply=true"]}}}' > /dev/null || return
  done
  for name in "$@"; do
    kubectl wait application/"$name" --namespace argocd --timeout=120s \
      --for=jsonpath='{.status.operationState.operation.info[0].value}'="$begun" > /dev/null &&
      kubectl wait application/"$name" --namespace argocd --timeout=120s \
        --for=jsonpath='{.status.operationState.phase}'=Succeeded > /dev/null &&
      kubectl get -k ~/platform/"$name" --output json |
      jq '.items[] | {apiVersion, kind,
        metadata: ({name: .metadata.name} + if .metadata.namespace
          then {namespace: .metadata.namespace} else {} end)}' |
        kubectl apply --server-side -f - > /dev/null || return
  done
}
keep let_go
let_go apps argocd cert-manager gitea gitops-ca nginx-ingress nyan toolbox
kubectl get deployment nyan --namespace nyan --show-managed-fields \
  --output json | jq --raw-output '.metadata.managedFields[] |
    select(.subresource != "status") | .manager' | sort --unique
