sudo ufw allow 22/tcp &&
  sudo ufw allow 80,443/tcp &&
  sudo ufw prepend deny in on cali+ from fe80::/10 &&
  sudo ufw allow in on cali+ &&
  sudo ufw route allow in on cali+ &&
  sudo ufw route allow proto tcp to 10.1.0.0/16 port 80,443 &&
  sudo ufw route deny to 10.1.0.0/16 &&
  sudo ufw --force enable
