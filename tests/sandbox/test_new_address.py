"""What becomes of the embedded cluster when its machine gets another address, and what mends it."""

from __future__ import annotations

import json

import pytest

from guide.sandbox import layout
from guide.sandbox.provider import Sandbox
from walkthrough.machine.command import poll

from .support import ask, tell

pytestmark = pytest.mark.sandbox

DEADLINE = 90.0
IMAGE = "docker.io/curlimages/curl:8.16.0"
NEXT = "192.168.64.3"
REFRESHED = """\
Taking a backup of the current certificates under /var/snap/microk8s/current/certs-backup/
Creating new certificates
1
Creating new kubeconfig file
Restarting service kubelite.
Restarting service cluster-agent.

The CA certificates have been replaced. Kubernetes will restart the pods of your workloads.
Any worker nodes you may have in your cluster need to be removed and re-joined to become aware of the new CA.

"""


def with_access(cluster: Sandbox, name: str, *words: str) -> tuple[int, str]:
    """Exit code and all words of kubectl with the credentials in a file."""
    done = ask(cluster, "kubectl", f"--kubeconfig={layout.HOME}/{name}", *words)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def moved(cluster: Sandbox) -> Sandbox:
    """A cluster with a pod and both kinds of credentials, whose machine moved while it was stopped."""
    access = "microk8s config > by-address; microk8s config --use-loopback > by-loopback"
    tell(cluster, "sh", "-c", access)
    made = ("run", "page", f"--image={IMAGE}", "--command", "--", "sh", "-c", "echo here; sleep 600")
    assert poll(lambda: with_access(cluster, "by-loopback", *made)[0] == 0, timeout=DEADLINE)
    ready = ("wait", "pod/page", "--for=condition=Ready", f"--timeout={DEADLINE:.0f}s")
    assert with_access(cluster, "by-loopback", *ready)[0] == 0
    assert with_access(cluster, "by-address", "exec", "page", "--", "true") == (0, "")
    tell(cluster, "microk8s", "stop")
    cluster.restart()
    tell(cluster, "microk8s", "start")
    # The API server is certified for the address after some seconds, and all is started once more.
    script = "microk8s config > now && kubectl --kubeconfig=now get --raw /readyz"
    assert poll(lambda: ask(cluster, "sh", "-c", script).stdout == "ok", timeout=DEADLINE)
    told = f"--for=jsonpath={{.status.addresses[?(@.type=='InternalIP')].address}}={NEXT}"
    node = ("wait", f"node/{layout.HOSTNAME}", told, "--timeout=5s")
    assert poll(lambda: with_access(cluster, "by-loopback", *node)[0] == 0, timeout=DEADLINE)
    running = "--for=jsonpath={.status.containerStatuses[0].state.running}"
    waited = ("wait", "pod/page", running, "--timeout=5s")
    assert poll(lambda: with_access(cluster, "by-loopback", *waited)[0] == 0, timeout=DEADLINE)
    return cluster


def test_the_machine_has_the_next_address_and_a_way_out(moved: Sandbox) -> None:
    assert tell(moved, "hostname", "-I").split()[0] == NEXT
    assert f"default via {layout.OUTSIDE_ADDRESS}" in tell(moved, "ip", "route")
    node = json.loads(with_access(moved, "by-loopback", "get", "node", layout.HOSTNAME, "--output=json")[1])
    addresses = {one["type"]: one["address"] for one in node["status"]["addresses"]}
    assert addresses["InternalIP"] == NEXT


def test_credentials_survive_by_the_loopback_address_only(moved: Sandbox) -> None:
    assert with_access(moved, "by-loopback", "get", "nodes", "--output=name") == (0, "node/gitops\n")
    code, said = with_access(moved, "by-address", "--request-timeout=2s", "get", "nodes")
    assert code == 1
    assert "Unable to connect to the server" in said
    assert f"server: https://{NEXT}:16443" in tell(moved, "microk8s", "config")


@pytest.mark.parametrize("words", [("exec", "page", "--", "true"), ("logs", "page")])
def test_the_kubelet_answers_under_a_name_of_its_installation(moved: Sandbox, words: tuple[str, ...]) -> None:
    refusal = f"x509: certificate is valid for {layout.NODE_ADDRESS}, not {NEXT}"
    # Until the kubelet listens again it is a refused connection.
    assert poll(lambda: refusal in with_access(moved, "by-loopback", *words)[1], timeout=DEADLINE)
    assert with_access(moved, "by-loopback", *words)[0] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 3, "Please use the '--cert' flag"),
        (["--cert", "kubelet.crt"], 2, "'kubelet.crt' is not one of 'ca.crt'"),
        (["--check", "--undo"], 2, "Please select only one of the options -c, -u or -e."),
        (["--check", "/tmp"], 1, "do not set any options in combination with the CA_DIR"),
        (["--undo"], 1, "No previous backup found"),
        (["/nowhere"], 2, "'/nowhere' does not exist"),
    ],
)
def test_refresh_certs_refuses_as_microk8s_does(
    moved: Sandbox, words: list[str], code: int, said: str
) -> None:
    done = ask(moved, "sudo", "microk8s", "refresh-certs", *words)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    denied = ask(moved, "microk8s", "refresh-certs", "--check")
    assert (denied.returncode, denied.stdout[:38]) == (50, "Elevated permissions is needed for thi")


def test_refreshing_the_authority_mends_it_and_can_be_taken_back(moved: Sandbox) -> None:
    def works() -> bool:
        return with_access(moved, "by-loopback", "exec", "page", "--", "true") == (0, "")

    assert tell(moved, "sudo", "microk8s", "refresh-certs", "--cert", "ca.crt") == REFRESHED
    # The credentials of before are good: the authority has kept its key.
    assert poll(works, timeout=DEADLINE)
    assert with_access(moved, "by-loopback", "logs", "page")[1].startswith("here\n")
    check = tell(moved, "sudo", "microk8s", "refresh-certs", "--check").splitlines()
    assert check[0] == "The CA certificate will expire in 3649 days."

    undone = tell(moved, "sudo", "microk8s", "refresh-certs", "--undo")
    assert undone == "Restarting, please wait.\nStopped.\nStopped.\n"
    script = ("exec", "page", "--", "true")
    refusal = f"x509: certificate is valid for {layout.NODE_ADDRESS}, not {NEXT}"
    assert poll(lambda: refusal in with_access(moved, "by-loopback", *script)[1], timeout=DEADLINE)
    assert moved.state.read("status.json")["restarts"] == {}
