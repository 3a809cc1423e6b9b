mkdir -p ~/.kube
test -s ~/.kube/gitops.yaml ||
  microk8s config --use-loopback > ~/.kube/gitops.yaml
chmod 600 ~/.kube/gitops.yaml
export KUBECONFIG=~/.kube/gitops.yaml
