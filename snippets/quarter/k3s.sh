mkdir -p ~/.kube
sudo cat /etc/rancher/k3s/k3s.yaml > ~/.kube/quarter.yaml
chmod 600 ~/.kube/quarter.yaml
export KUBECONFIG=~/.kube/quarter.yaml
