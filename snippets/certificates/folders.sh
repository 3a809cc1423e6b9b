cd ~/platform
mkdir -p cert-manager/upstream gitops-ca first-certificate
