arch=$(dpkg --print-architecture)
curl -fsSLO "https://github.com/derailed/k9s/releases/download/v0.50.18/k9s_linux_$arch.deb"
sudo apt-get install --yes "./k9s_linux_$arch.deb"
k9s
