cd ~/platform
mkdir -p network apps/network
