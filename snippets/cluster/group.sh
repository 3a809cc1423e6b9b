sudo usermod --append --groups microk8s "$(id -un)"
