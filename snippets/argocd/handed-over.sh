cd ~/platform
for folder in apps argocd cert-manager gitea gitops-ca nginx-ingress nyan toolbox; do
  owned=$(kubectl get -k "$folder" --show-managed-fields --output json)
  by_hand=$(jq --raw-output '.items[] | select(any(.metadata.managedFields[];
    .manager == "kubectl" and .operation == "Apply")) | "\(.kind) \(.metadata.name)"' <<< "$owned")
  echo "$folder: $by_hand"
  test -z "$by_hand"
  kubectl diff --server-side --force-conflicts -k "$folder"
done
