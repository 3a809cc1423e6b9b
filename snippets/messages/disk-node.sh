before=$(sudo microk8s ctr images list --quiet 2> /dev/null | wc -l)
sudo microk8s ctr images prune --all > /dev/null 2>&1
after=$(sudo microk8s ctr images list --quiet 2> /dev/null | wc -l)
echo "images under $before names before, $after after"
