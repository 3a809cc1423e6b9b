df --human-readable --output=size,used,avail,pcent /var/snap/microk8s/common
sudo du --human-readable --max-depth=1 \
  /var/snap/microk8s/common/default-storage | sort --human-numeric-sort
