mkdir -p ~/.kube
test -s ~/.kube/admin.yaml ||
  microk8s config --use-loopback > ~/.kube/admin.yaml
chmod 600 ~/.kube/admin.yaml
export KUBECONFIG=~/.kube/admin.yaml
