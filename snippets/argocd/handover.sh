for folder in apps argocd cert-manager gitea gitops-ca nginx-ingress nyan toolbox; do
  kubectl get -k "$folder" --output json |
    jq '.items[] | {apiVersion, kind,
      metadata: ({name: .metadata.name} + if .metadata.namespace
        then {namespace: .metadata.namespace} else {} end)}' |
    kubectl apply --server-side -f - > /dev/null
done
kubectl get deployment nyan --namespace nyan --show-managed-fields \
  --output json | jq --raw-output '.metadata.managedFields[] |
    select(.subresource != "status") | .manager' | sort --unique
