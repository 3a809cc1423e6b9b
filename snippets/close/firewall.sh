accepted() {
  sudo iptables "$1" FORWARD "$2" 10.1.0.0/16 --match comment \
    --comment 'generated for MicroK8s pods' --jump ACCEPT
}
sudo ufw allow 22/tcp &&
  sudo ufw allow 80,443/tcp &&
  sudo ufw prepend deny in on cali+ from fe80::/10 &&
  sudo ufw allow in on cali+ &&
  sudo ufw route allow in on cali+ &&
  sudo ufw route allow proto tcp to 10.1.0.0/16 port 80,443 &&
  sudo ufw route deny to 10.1.0.0/16 &&
  sudo ufw --force enable &&
  for way in --source --destination; do
    if accepted --check "$way" 2> /dev/null; then accepted --delete "$way"; fi
  done
