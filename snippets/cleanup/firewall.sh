sudo ufw delete allow 80,443/tcp
sudo ufw delete deny in on cali+ from fe80::/10
sudo ufw delete allow in on cali+
sudo ufw route delete allow in on cali+
sudo ufw route delete allow proto tcp to 10.1.0.0/16 port 80,443
sudo ufw route delete deny to 10.1.0.0/16
