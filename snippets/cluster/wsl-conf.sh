grep -qs '^systemd=true' /etc/wsl.conf ||
  printf '[boot]\nsystemd=true\n' | sudo tee -a /etc/wsl.conf
grep -qs '^generateHosts=false' /etc/wsl.conf ||
  printf '[network]\ngenerateHosts=false\n' | sudo tee -a /etc/wsl.conf
