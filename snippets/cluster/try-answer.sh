refused=$(kubectl exec deployment/toolbox --namespace toolbox -- \
  touch /here 2>&1 || true)
[[ $refused == *'Read-only file system'* ]]
