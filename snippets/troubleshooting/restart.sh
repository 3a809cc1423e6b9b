multipass restart gitops
