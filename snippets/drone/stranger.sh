admin kubectl delete pod stranger --namespace drone-builds --ignore-not-found
admin kubectl run stranger --namespace drone-builds --restart=Never --image \
  "$(sed -n 's/^DRONE_IMAGE_CLONE=//p' ~/platform/drone/images.env)" &&
  kubectl wait pod/stranger --namespace drone-builds --timeout=60s --for=jsonpath=\
'{.status.containerStatuses[0].state.waiting.message}' &&
  kubectl get pod stranger --namespace drone-builds --output jsonpath=\
'{.status.containerStatuses[0].state.waiting.message}{"\n"}' &&
  admin kubectl delete pod stranger --namespace drone-builds
