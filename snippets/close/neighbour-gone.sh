sudo ip link delete neighbour && sudo ip netns delete neighbour
