managers=$(kubectl get deployment nyan --namespace nyan \
  --show-managed-fields --output json |
  jq --raw-output '[.metadata.managedFields[].manager] | unique | join(" ")')
[[ $managers == *argocd-controller* ]]
