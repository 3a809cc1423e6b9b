ask_world() {
  kubectl delete pod ask --namespace drone-builds --ignore-not-found --now > /dev/null &&
    kubectl run ask --namespace drone-builds --restart=Never --quiet \
      --image=docker.io/curlimages/curl:8.16.0@sha256:463eaf6072688fe96ac64fa623fe73e1dbe25d8ad6c34404a669ad3ce1f104b6 \
      --command -- curl -sS --max-time 5 https://github.com > /dev/null &&
    kubectl wait pod/ask --namespace drone-builds --timeout=90s \
      --for=jsonpath='{.status.phase}'=Failed > /dev/null &&
    kubectl logs pod/ask --namespace drone-builds &&
    kubectl delete pod ask --namespace drone-builds --now > /dev/null
}
keep ask_world
admin ask_world
