sudo ufw delete allow 80,443/tcp
sudo ufw route delete allow proto tcp to 10.1.0.0/16 port 80,443
sudo ufw route delete deny to 10.1.0.0/16
