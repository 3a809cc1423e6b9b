sudo ufw delete deny in on cali+ from fe80::/10
sudo ufw delete allow in on cali+
sudo ufw route delete allow in on cali+
