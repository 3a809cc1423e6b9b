multipass launch 24.04 --name gitops --cpus 4 --memory 8G --disk 40G
multipass shell gitops
