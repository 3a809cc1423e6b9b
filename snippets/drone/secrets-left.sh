admin kubectl get secrets --namespace drone-builds --output name
