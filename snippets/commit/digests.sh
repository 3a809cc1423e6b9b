grep digest: nyan/kustomization.yaml
pushed_digest
kubectl get pods --namespace nyan --output jsonpath=\
'{range .items[*].status.containerStatuses[*]}{.imageID}{"\n"}{end}'
