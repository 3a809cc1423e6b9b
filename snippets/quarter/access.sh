command -v kubectl || sudo snap install kubectl --classic --channel=1.36/stable
mkdir -p ~/.kube
microk8s config --use-loopback > ~/.kube/quarter.yaml
chmod 600 ~/.kube/quarter.yaml
export KUBECONFIG=~/.kube/quarter.yaml
microk8s enable dns
kubectl rollout status deployment/coredns --namespace kube-system --timeout=180s
