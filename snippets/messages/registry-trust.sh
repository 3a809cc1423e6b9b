admin kubectl delete pod pusher --namespace drone-builds --ignore-not-found
admin kubectl run pusher --namespace drone-builds --restart=Never \
  --image=docker.io/plugins/kaniko:1.13.3 --command -- \
  /kaniko/executor --context=dir:///kaniko --dockerfile=executor \
  --destination=gitea.gitops.test/images/trial
kubectl wait pod/pusher --namespace drone-builds --timeout=120s \
  --for=jsonpath='{.status.phase}'=Failed
kubectl logs pusher --namespace drone-builds
admin kubectl delete pod pusher --namespace drone-builds
