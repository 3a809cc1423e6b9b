cd ~/platform
mkdir -p signatures apps/signatures
cp ~/gitops-ca.crt signatures/
