cd ~/platform
mkdir -p drone/clone apps/drone
