sudo ufw delete deny in on cali+ from fe80::/10
sudo ufw delete allow in on cali+
sudo ufw route delete allow in on cali+
sudo ufw delete allow out on cali+
sudo ufw delete allow in on vxlan.calico
sudo ufw delete allow out on vxlan.calico
