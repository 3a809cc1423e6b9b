wire=$(ip -6 -oneline address show scope link |
  awk '$2 ~ /^cali/ { sub("/.*", "", $4); print $4 }' | sort --unique)
admin kubectl exec deployment/toolbox --namespace toolbox \
  --container=toolbox -- \
  curl -sS --max-time 5 "http://[$wire%25eth0]:16443"
