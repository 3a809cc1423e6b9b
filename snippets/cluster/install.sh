sudo snap install microk8s --classic --channel=1.36/stable
