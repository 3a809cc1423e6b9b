next=1.37/stable
sudo snap refresh microk8s --channel="$next" && microk8s status --wait-ready
