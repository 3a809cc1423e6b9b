multipass stop gitops
multipass start gitops
