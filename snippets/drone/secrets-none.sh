kubectl get secrets --namespace drone-builds
