ask_kubelet() {
  kubectl create token default --namespace default |
    sed 's/.*/header = "Authorization: Bearer &"/' |
    curl --config - -sS --retry 60 --retry-delay 1 --retry-connrefused \
      --cacert /var/snap/microk8s/current/certs/ca.crt \
      --write-out '%{http_code}\n' "https://$(hostname):10250/pods"
}
for try in {1..30}; do
  answer=$(ask_kubelet)
  case $answer in *401) sleep 1 ;; *) break ;; esac
done
echo "$answer"
