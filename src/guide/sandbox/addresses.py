"""The machine's addresses: as a program on it sees them, and how it gets another."""

from __future__ import annotations

import ipaddress
import json
import subprocess

from guide.sandbox import layout

#: What the pods' network brings is no address of the machine's: MicroK8s leaves it out by these names.
#: Calico's wires have no address, and the bridge that stands in for them has one.
_OF_PODS = ("vxlan.calico", "flannel.1", "cni0", "ovn0", layout.POD_BRIDGE)


def addresses() -> tuple[str, ...]:
    """What ``hostname -I`` lists, without the pods' network."""
    shown = subprocess.run(["ip", "-json", "address", "show"], check=True, capture_output=True, text=True)
    return tuple(
        address["local"]
        for link in json.loads(shown.stdout)
        if link["ifname"] not in _OF_PODS
        for address in link["addr_info"]
        if address["scope"] == "global"
    )


def readdressing(old: str) -> str:
    """What ``ip -batch`` does to give the machine the address after ``old``, and its way out with it."""
    network = ipaddress.ip_network(layout.NETWORK)
    hosts = [str(host) for host in network.hosts() if str(host) != layout.OUTSIDE_ADDRESS]
    new = hosts[(hosts.index(old) + 1) % len(hosts)]
    prefix = network.prefixlen
    return "\n".join(
        (
            f"address delete {old}/{prefix} dev eth0",
            f"address add {new}/{prefix} dev eth0",
            f"route replace default via {layout.OUTSIDE_ADDRESS} dev eth0",
            "",
        )
    )
