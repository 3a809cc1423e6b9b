multipass transfer gitops:gitops-ca.crt ~/gitops-ca.crt
