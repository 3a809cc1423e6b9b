admin kubectl run privileged --namespace drone-builds --privileged \
  --image=docker.io/alpine/git:2.54.0
