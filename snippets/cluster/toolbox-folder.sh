mkdir -p ~/platform/toolbox
cd ~/platform
