multipass shell gitops
