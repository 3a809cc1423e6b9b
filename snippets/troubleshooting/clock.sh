timedatectl
sudo systemctl restart systemd-timesyncd
