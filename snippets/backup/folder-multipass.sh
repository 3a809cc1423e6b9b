mkdir -p ~/gitops-backup
multipass mount ~/gitops-backup gitops:/srv/gitops-backup
