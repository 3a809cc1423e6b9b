lint_pipeline() {
  kubectl exec --stdin --namespace drone deployment/drone-runner -- \
    /bin/drone-runner-kube compile --stage-name=nyan --source=/dev/stdin \
    < "${1:-$HOME/nyan/.drone.yml}" > /dev/null
}
keep lint_pipeline
admin lint_pipeline && echo 'the pipeline is well'
