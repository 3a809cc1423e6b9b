kubectl create token default --namespace default |
  sed 's/.*/header = "Authorization: Bearer &"/' |
  curl --config - -sS --retry 60 --retry-delay 1 --retry-connrefused \
    --cacert /var/snap/microk8s/current/certs/ca.crt \
    --write-out '%{http_code}\n' "https://$(hostname):10250/pods"
