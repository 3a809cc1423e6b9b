stopped=$(date -u +%FT%TZ) && microk8s stop
