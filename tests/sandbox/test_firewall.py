"""The firewall that the guide closes the machine with, seen from the one machine outside it."""

from __future__ import annotations

import pytest

from guide.paths import SNIPPETS
from guide.sandbox import layout
from guide.sandbox.provider import Sandbox
from walkthrough.machine.command import poll

from .support import ask, outside, tell

pytestmark = pytest.mark.sandbox

KUBECTL = ("microk8s", "kubectl", "--namespace=kube-system")
#: What curl says of a port where somebody answers, where nobody listens, and where nothing comes back.
OPEN, REFUSED, SILENT = 0, 7, 28


def from_outside(cluster: Sandbox, url: str) -> int:
    """What becomes of a connection from the other machine, which knows the way to the pods."""
    way = ("ip", "route", "replace", layout.POD_RANGE, "via", layout.NODE_ADDRESS)
    assert outside(cluster, *way).returncode == 0
    curl = ("curl", "-sk", "-o", "/dev/null", "--max-time", "3", url)
    return outside(cluster, *curl).returncode


@pytest.fixture(scope="module")
def dns(cluster: Sandbox) -> str:
    """The address of a pod in kube-system, where no policy is."""
    tell(cluster, "microk8s", "enable", "dns")
    selected = ("pods", "--selector=k8s-app=kube-dns")
    tell(cluster, *KUBECTL, "wait", *selected, "--for=condition=Ready", "--timeout=90s")
    return tell(cluster, *KUBECTL, "get", *selected, "--output=jsonpath={.items[0].status.podIP}")


def test_pods_are_behind_an_interface_that_a_firewall_knows(cluster: Sandbox, dns: str) -> None:
    (way,) = tell(cluster, "ip", "-oneline", "route", "get", dns).splitlines()
    assert way.split(" dev ")[1].startswith("cali")


def test_the_firewall_leaves_no_port_of_the_node_open_and_no_pod(cluster: Sandbox, dns: str) -> None:
    node = layout.NODE_ADDRESS
    urls = [f"https://{node}:{port}/" for port in (layout.API_PORT, 10250)] + [f"http://{dns}:9153/metrics"]
    assert [from_outside(cluster, url) for url in urls] == [OPEN] * 3
    assert from_outside(cluster, f"http://{node}:80/") == REFUSED
    tell(cluster, "bash", "-euc", (SNIPPETS / "close/firewall.sh").read_text())
    assert [from_outside(cluster, url) for url in urls] == [SILENT] * 3
    # Nobody listens there yet, and whoever asks is told so.
    assert from_outside(cluster, f"http://{node}:80/") == REFUSED
    # The cluster works on: the pod asks the API server, and the kubelet asks the pod.
    tell(cluster, *KUBECTL, "rollout", "restart", "deployment/coredns")
    tell(cluster, *KUBECTL, "rollout", "status", "deployment/coredns", "--timeout=90s")
    assert poll(lambda: ask(cluster, *KUBECTL, "get", "nodes").returncode == 0, timeout=300, interval=0.5)


def test_the_pods_rule_comes_back_as_kubernetes_starts(cluster: Sandbox, dns: str) -> None:
    tell(cluster, "bash", "-euc", (SNIPPETS / "close/firewall.sh").read_text())
    tell(cluster, "sudo", "ufw", "delete", "allow", "in", "on", "cali+")
    assert "ALLOW IN" not in rules(cluster, "cali+")
    left_alone = layout.SNAP_DATA / "var/lock/skip.ufw"
    tell(cluster, "sudo", "bash", "-c", f"mkdir -p {left_alone.parent} && touch {left_alone}")
    start_again(cluster)
    assert "ALLOW IN" not in rules(cluster, "cali+")
    tell(cluster, "sudo", "rm", str(left_alone))
    start_again(cluster)
    for interface in ("cali+", "vxlan.calico"):
        assert "ALLOW IN" in rules(cluster, interface)
        assert "ALLOW OUT" in rules(cluster, interface)
    # It is the rule that lets a new pod reach the API server.
    tell(cluster, *KUBECTL, "rollout", "restart", "deployment/coredns")
    tell(cluster, *KUBECTL, "rollout", "status", "deployment/coredns", "--timeout=90s")


def rules(cluster: Sandbox, interface: str) -> str:
    """The rules that say what becomes of all that comes or goes by an interface."""
    status = tell(cluster, "sudo", "ufw", "status", "verbose")
    return "\n".join(line for line in status.splitlines() if f"on {interface}" in line and "fe80" not in line)


def start_again(cluster: Sandbox) -> None:
    """Stop the node and start it."""
    tell(cluster, "microk8s", "stop")
    tell(cluster, "microk8s", "start")
    tell(cluster, "microk8s", "status", "--wait-ready", "--timeout=120")
