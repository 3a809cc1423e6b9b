cd ~/platform
mkdir -p cert-manager gitops-ca first-certificate
