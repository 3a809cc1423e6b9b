admin kubectl delete pod stranger --namespace drone-builds --ignore-not-found
admin kubectl run stranger --namespace drone-builds --restart=Never \
  --image=docker.io/alpine/git:2.54.0 --command -- \
  git ls-remote https://gitea.gitops.test/gitops/nyan.git
kubectl wait pod/stranger --namespace drone-builds --timeout=120s \
  --for=jsonpath='{.status.phase}'=Failed
kubectl logs stranger --namespace drone-builds
admin kubectl delete pod stranger --namespace drone-builds
