args=/var/snap/microk8s/current/args/kubelet
sudo grep -q '^--authorization-mode=' "$args" ||
  echo '--authorization-mode=Webhook' | sudo tee -a "$args" > /dev/null
