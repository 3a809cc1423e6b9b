left=$(kubectl get namespace,crd,clusterrole,clusterrolebinding --output=name) &&
  ! grep -E 'argo|quarter' <<< "$left"
