replicas=$(kubectl get deployment nyan --namespace nyan \
  --output jsonpath='{.spec.replicas}')
sed -i "s/replicas: .*/replicas: $replicas/" nyan/deployment.yaml
git commit --quiet --all --message="$replicas cats see more than one"
git show --format= --unified=0 | tail -2
git push --quiet
delivered nyan
