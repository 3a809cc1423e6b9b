node=$(kubectl get nodes \
  --output jsonpath='{.items[0].status.addresses[0].address}') &&
  test -n "$node" &&
  { sudo ip link delete neighbour 2> /dev/null || true; } &&
  { sudo ip netns delete neighbour 2> /dev/null || true; } &&
  sudo ip netns add neighbour &&
  sudo ip link add neighbour type veth peer name eth0 netns neighbour &&
  sudo ip link set neighbour up &&
  sudo ip route add 192.0.2.2 dev neighbour &&
  sudo ip netns exec neighbour ip link set eth0 up &&
  sudo ip netns exec neighbour ip address add 192.0.2.2 dev eth0 &&
  sudo ip netns exec neighbour ip route add default via "$node" dev eth0 onlink &&
  while { ip -6 address show dev neighbour tentative &&
    sudo ip netns exec neighbour ip -6 address show tentative; } |
    grep inet6 > /dev/null; do
    sleep 0.2
  done
