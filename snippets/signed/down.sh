digest=$(pushed_digest)
controller() {
  kubectl scale statefulset argocd-application-controller --namespace argocd \
    --replicas="$1" > /dev/null &&
    kubectl rollout status statefulset/argocd-application-controller \
      --namespace argocd --timeout=120s > /dev/null
}
no_verifier() {
  controller 0 &&
    kubectl scale deployment verifier --namespace cosign-system --replicas=0 &&
    kubectl wait pods --namespace cosign-system --for=delete --timeout=60s \
      --selector=app.kubernetes.io/name=verifier
}
keep controller
admin no_verifier
cat_of "$digest"
curl -sS --fail --output /dev/null --write-out 'the cat: %{http_code}\n' \
  https://nyan.gitops.test/
