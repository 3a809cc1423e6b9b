multipass delete --purge gitops
