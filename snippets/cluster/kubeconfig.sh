mkdir -p ~/.kube
microk8s config --use-loopback > ~/.kube/admin.yaml
chmod 600 ~/.kube/admin.yaml
test -e ~/.kube/gitops.yaml || ln -s admin.yaml ~/.kube/gitops.yaml
export KUBECONFIG=~/.kube/gitops.yaml
