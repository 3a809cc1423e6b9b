kubectl run privileged --namespace drone-builds --privileged \
  --image=docker.io/drone/git:1.2.1
