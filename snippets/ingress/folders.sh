cd ~/platform
mkdir -p nginx-ingress nyan
