"""The stand-in for ``microk8s`` says what MicroK8s 1.36 says, on the same stream and with the same exit code.

The words are those of canonical/microk8s v1.36 (scripts/wrappers, microk8s-resources/wrappers) and of
canonical/microk8s-core-addons.
"""

from __future__ import annotations

import pytest
import yaml

from guide.sandbox import layout
from guide.sandbox.components import KUBELET_ARGUMENTS
from guide.sandbox.provider import Sandbox
from walkthrough.machine.command import poll

from .support import ask, tell

pytestmark = pytest.mark.sandbox

NO_PERMISSION = """\
Insufficient permissions to access MicroK8s.
You can either try again with sudo or add the user nobody to the 'microk8s' group:

    sudo usermod -a -G microk8s nobody
    sudo chown -R nobody ~/.kube

After this, reload the user groups either via a reboot or by running 'newgrp microk8s'.
"""


#: What lets everybody ask, and what the guide's reader waits for.
ASK = "clusterrolebinding/system:basic-user"


def answer(cluster: Sandbox, *words: str) -> tuple[int, str, str]:
    """What ``microk8s`` with these words ends with, prints, and complains about."""
    done = ask(cluster, "microk8s", *words)
    return done.returncode, done.stdout, done.stderr


def can_read_secrets(cluster: Sandbox) -> str:
    question = ("auth", "can-i", "list", "secrets", "--as=system:serviceaccount:a:b")
    return answer(cluster, "kubectl", *question)[1]


@pytest.mark.parametrize("command", ["status", "enable", "disable", "config", "kubectl", "version"])
def test_whoever_is_not_in_the_group_is_told_how_to_get_there(cluster: Sandbox, command: str) -> None:
    done = ask(cluster, "sudo", "-u", "nobody", "microk8s", command)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", NO_PERMISSION)


def test_everybody_may_do_everything_until_rbac_is_enabled(cluster: Sandbox) -> None:
    assert can_read_secrets(cluster) == "yes\n"
    assert answer(cluster, "status", "--addon", "rbac") == (0, "disabled\n", "")
    code, said, complained = answer(cluster, "enable", "rbac")
    assert code == 0
    assert said == "Enabling RBAC\nReconfiguring apiserver\nRestarting apiserver\nRBAC is enabled\n"
    assert complained == "Infer repository core for addon rbac\n"
    # It is the new API server that answers, and everybody may ask it as soon as this is there.
    tell(cluster, "microk8s", "kubectl", "wait", ASK, "--for=create", "--timeout=60s")
    assert can_read_secrets(cluster) == "no\n"
    again = answer(cluster, "enable", "rbac")
    assert again == (0, "Addon core/rbac is already enabled\n", "Infer repository core for addon rbac\n")
    cluster.wait_ready()


def kubelet_answers(cluster: Sandbox) -> str:
    """The code that the kubelet answers an account with that nobody has given anything."""
    token = answer(cluster, "kubectl", "create", "token", "default")[1].strip()
    patient = ("--retry", "60", "--retry-delay", "1", "--retry-connrefused")
    quiet = ("-sk", "--output", "/dev/null", "--write-out", "%{http_code}")
    bearer = ("--header", f"Authorization: Bearer {token}")
    return ask(cluster, "curl", *quiet, *patient, *bearer, "https://127.0.0.1:10250/pods").stdout


def kubelet_says(cluster: Sandbox, code: str) -> bool:
    """Whether that is its answer, once it knows the account: just after a start it knows nobody (401)."""
    found = "401"

    def known() -> bool:
        nonlocal found
        found = kubelet_answers(cluster)
        return found != "401"

    return poll(known, timeout=60, interval=1) and found == code


def test_the_kubelet_lets_everybody_in_until_it_is_told_to_ask(cluster: Sandbox) -> None:
    assert can_read_secrets(cluster) == "no\n"
    assert kubelet_says(cluster, "200")
    tell(cluster, "sudo", "sh", "-c", f"echo --authorization-mode=Webhook >> {KUBELET_ARGUMENTS}")
    tell(cluster, "microk8s", "stop")
    tell(cluster, "microk8s", "start")
    cluster.wait_ready()
    assert kubelet_says(cluster, "403")


def test_an_addon_is_enabled_once(cluster: Sandbox) -> None:
    code, said, complained = answer(cluster, "enable", "dns")
    assert (code, complained) == (0, "Infer repository core for addon dns\n")
    lines = said.splitlines()
    assert lines[:3] == [
        "Enabling DNS",
        "Using host configuration from /etc/resolv.conf",
        "Applying manifest",
    ]
    assert lines[-2:] == ["CoreDNS service deployed with IP address 10.152.183.10", "DNS is enabled"]
    assert answer(cluster, "enable", "core/dns") == (0, "Addon core/dns is already enabled\n", "")


def test_storage_is_enabled_with_a_warning(cluster: Sandbox) -> None:
    code, said, complained = answer(cluster, "enable", "hostpath-storage")
    assert (code, complained) == (0, "Infer repository core for addon hostpath-storage\n")
    assert said.splitlines()[:2] == [
        "Enabling default storage class.",
        "WARNING: Hostpath storage is not suitable for production environments.",
    ]
    again = answer(cluster, "enable", "hostpath-storage")
    assert again[:2] == (0, "Addon core/hostpath-storage is already enabled\n")


def test_several_addons_at_once_are_warned_about(cluster: Sandbox) -> None:
    code, said, complained = answer(cluster, "enable", "dns", "rbac")
    assert code == 0
    assert said.splitlines() == [
        "WARNING: Do not enable or disable multiple addons in one command.",
        "         This form of chained operations on addons will be DEPRECATED in the future.",
        "         Please, enable one addon at a time: 'microk8s enable <addon>'",
        "Addon core/dns is already enabled",
        "Addon core/rbac is already enabled",
    ]
    assert complained.count("Infer repository core") == 2


def test_what_is_no_addon_is_refused(cluster: Sandbox) -> None:
    assert answer(cluster, "enable", "nonsense") == (
        1,
        "",
        "Addon nonsense was not found in any repository\n",
    )
    assert answer(cluster, "enable", "core/nonsense") == (0, "Addon core/nonsense not found\n", "")
    code, said, complained = answer(cluster, "enable")
    assert (code, said) == (2, "")
    assert complained.endswith("Error: Missing argument 'ADDONS...'.\n")
    # What MicroK8s has and the sandbox has not is not called unknown.
    code, said, complained = answer(cluster, "enable", "ingress")
    assert (code, said) == (69, "")
    assert complained.startswith("sandbox: the addon ingress is not here")


def test_status_in_every_format(cluster: Sandbox) -> None:
    text = tell(cluster, "microk8s", "status", "--wait-ready", "-t", "60")
    assert text.startswith(
        "microk8s is running\nhigh-availability: no\n  datastore master nodes: 127.0.0.1:19001\n"
        "  datastore standby nodes: none\naddons:\n  enabled:\n    dns                  # (core) CoreDNS\n"
    )
    assert "disabled:" not in text
    short = tell(cluster, "microk8s", "status", "--format", "short")
    assert short.splitlines()[:3] == ["microk8s is running", "addons:", "core/dns: enabled"]
    whole = yaml.safe_load(tell(cluster, "microk8s", "status", "--format=yaml"))
    assert whole["microk8s"] == {"running": True}
    assert whole["high-availability"]["enabled"] is True
    storage = {row["name"]: row for row in whole["addons"]}["hostpath-storage"]
    assert (storage["repository"], storage["status"]) == ("core", "enabled")
    assert tell(cluster, "microk8s", "status", "-a", "core/hostpath-storage") == "enabled\n"
    code, said, complained = answer(cluster, "status", "--loudly")
    assert (code, said) == (2, "")
    assert complained.endswith("microk8s status: error: unrecognized arguments: --loudly\n")


def test_a_command_that_is_none_is_refused_and_the_others_are_listed(cluster: Sandbox) -> None:
    for words in ([], ["frobnicate"]):
        code, said, _ = answer(cluster, *words)
        assert code == 1
        assert "Available subcommands are:\n" in said
        assert "\trefresh-certs\n" in said
    assert said.startswith("'frobnicate' is not a valid MicroK8s subcommand.\n")
    assert answer(cluster, "version")[1].startswith("MicroK8s v1.36.")
    code, _, complained = answer(cluster, "join", "x")
    assert code == 69
    assert complained.startswith("sandbox: microk8s join is not here")


def test_status_of_a_node_that_is_not_ready_ends_with_1(cluster: Sandbox) -> None:
    """The node says so only when the kubelet has been silent for a while: here it is told."""
    condition = '{"status": {"conditions": [{"type": "Ready", "status": "%s", "reason": "Test"}]}}'
    node = f"node/{layout.HOSTNAME}"
    patch = ("kubectl", "patch", node, "--subresource=status", "--type=strategic", "--patch")

    def not_ready(*words: str) -> tuple[int, str, str]:
        assert answer(cluster, *patch, condition % "False")[0] == 0
        return answer(cluster, "status", *words)

    # The kubelet says Ready anew whenever it likes, between the two as well.
    not_running = "microk8s is not running. Use microk8s inspect for a deeper inspection.\n"
    assert poll(lambda: not_ready() == (1, not_running, ""), timeout=300, interval=0)
    assert poll(lambda: not_ready("--addon", "dns") == (1, "disabled\n", ""), timeout=300, interval=0)
    assert answer(cluster, *patch, condition % "True")[0] == 0
    cluster.wait_ready()


def test_rbac_can_be_switched_off_again(cluster: Sandbox) -> None:
    code, said, complained = answer(cluster, "disable", "rbac")
    assert code == 0, complained
    assert said.startswith("Disabling RBAC\nReconfiguring apiserver\nRemoving default RBAC resources\n")
    assert said.endswith("RBAC is disabled\n")
    assert can_read_secrets(cluster) == "yes\n"
    assert answer(cluster, "enable", "rbac")[0] == 0
    assert poll(lambda: can_read_secrets(cluster) == "no\n", timeout=300)


def test_what_was_stopped_says_so(cluster: Sandbox) -> None:
    tell(cluster, "microk8s", "stop")
    hint = "microk8s is not running, try microk8s start\n"
    # With 0, whatever one asks it to wait for.
    assert answer(cluster, "status", "--wait-ready") == (0, hint, "")
    for words in (["enable", "dns"], ["disable", "dns"], ["kubectl", "get", "nodes"]):
        assert answer(cluster, *words) == (1, "", hint)
    # Its own file still says where the cluster was.
    assert "server: https://" in tell(cluster, "microk8s", "config")
