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


@pytest.fixture
def dns(cluster: Sandbox) -> str:
    """The address of a pod in kube-system, where no policy is."""
    tell(cluster, "microk8s", "enable", "dns")
    return dns_address(cluster)


def dns_address(cluster: Sandbox) -> str:
    """The pod's address, where it answers the node: another one after each start of the node."""
    which = ("get", "pods", "--selector=k8s-app=kube-dns", "--output=jsonpath={.items[0].status.podIP}")
    found = ""

    def answers() -> bool:
        nonlocal found
        found = ask(cluster, *KUBECTL, *which).stdout
        curl = ("curl", "-s", "-o", "/dev/null", "--max-time", "1", f"http://{found}:9153/metrics")
        return bool(found) and ask(cluster, *curl).returncode == 0

    assert poll(answers, timeout=120, interval=0.5)
    return found


def test_pods_are_behind_an_interface_that_a_firewall_knows(cluster: Sandbox, dns: str) -> None:
    (way,) = tell(cluster, "ip", "-oneline", "route", "get", dns).splitlines()
    assert way.split(" dev ")[1].startswith("cali")


def test_microk8s_own_rules_stand_before_the_firewalls_until_they_are_taken_away(
    cluster: Sandbox, dns: str
) -> None:
    """Without the last lines of the step a pod is open to the outside, however closed the firewall is."""
    whole = (SNIPPETS / "close/firewall.sh").read_text()
    switched_on, last, _ = whole.partition(" &&\n  for way in")
    assert last
    metrics = f"http://{dns}:9153/metrics"
    assert own_rules(cluster) == 2
    tell(cluster, "bash", "-euc", switched_on)
    assert from_outside(cluster, metrics) == OPEN
    tell(cluster, "bash", "-euc", whole)
    assert own_rules(cluster) == 0
    assert from_outside(cluster, metrics) == SILENT
    # They come back with Kubernetes, and then behind the firewall's.
    start_again(cluster)
    assert own_rules(cluster) == 2
    assert from_outside(cluster, f"http://{dns_address(cluster)}:9153/metrics") == SILENT
    tell(cluster, "sudo", "ufw", "--force", "reset")


def own_rules(cluster: Sandbox) -> int:
    """How many rules for pods are MicroK8s' own."""
    return tell(cluster, "sudo", "iptables", "--list-rules", "FORWARD").count("generated for MicroK8s pods")


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
