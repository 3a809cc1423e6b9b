cat nyan/image.env
pushed_digest
kubectl get pods --namespace nyan --output jsonpath=\
'{range .items[*].status.containerStatuses[*]}{.imageID}{"\n"}{end}'
