cd ~/platform
mkdir -p nginx-ingress/upstream nyan
