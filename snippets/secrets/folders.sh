cd ~/platform
mkdir -p sealed-secrets secrets apps/secrets
