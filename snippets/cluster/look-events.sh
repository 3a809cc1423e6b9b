kubectl events --namespace kube-system --for deployment/hostpath-provisioner
