mkdir -p ~/.kube
sudo cat /etc/rancher/k3s/k3s.yaml | tee ~/.kube/quarter.yaml > /dev/null
chmod 600 ~/.kube/quarter.yaml
export KUBECONFIG=~/.kube/quarter.yaml
