replicas=$(kubectl get deployment nyan --namespace nyan \
  --output jsonpath='{.spec.replicas}') && test -n "$replicas" &&
  sed -i "s/replicas: .*/replicas: $replicas/" nyan/deployment.yaml &&
  commit 'As many cats as in the cluster' &&
  git show --format= --unified=0 | tail -2 &&
  git push --quiet &&
  delivered nyan
