sudo microk8s refresh-certs --cert ca.crt &&
  microk8s config --use-loopback > ~/.kube/admin.yaml &&
  admin renew_everyday
