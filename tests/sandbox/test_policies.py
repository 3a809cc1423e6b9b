"""NetworkPolicies on the embedded cluster: the same answers as from MicroK8s' Calico."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from guide import upstream
from guide.sandbox import enforcer, layout
from guide.sandbox.provider import Sandbox
from guide.sandbox.status import FILE
from walkthrough.machine.command import poll

from .policies import (
    API_ON_NODE,
    CLOSED,
    CONTROLLER,
    DENY_IN,
    DENY_OUT,
    OPEN,
    OTHER,
    POD,
    SERVICE,
    STAGES,
    WAY_IN,
    A,
    Ask,
    B,
    Rule,
    Stage,
    pod,
    policy,
    server,
    service,
)
from .support import ask, outside, tell

pytestmark = pytest.mark.sandbox

PRODUCTS = ("nginx-ingress", "nginx-unprivileged")
#: Seconds that a connection may take. What is dropped takes all of them.
PATIENCE = 1
#: Seconds after which what has not come never will, however busy the machine is.
SOON = 300.0
#: Finds the enforcer's process, and not the shell that looks for it.
ENFORCER = ("pgrep", "--oldest", "--full", "bin/network-policies --kubeconfig")
#: What everybody may ask about themselves.
SELF = (
    ("accessreviews", "authorization.k8s.io"),
    ("rulesreviews", "authorization.k8s.io"),
    ("reviews", "authentication.k8s.io"),
)


def kubectl(cluster: Sandbox, *words: str, stdin: str = "") -> str:
    done = ask(cluster, "microk8s", "kubectl", *words, stdin=stdin)
    assert done.returncode == 0, f"{words}: {done.stderr or done.stdout}"
    return done.stdout


def apply(cluster: Sandbox, *objects: Rule) -> None:
    rows = {"apiVersion": "v1", "kind": "List", "items": objects}
    kubectl(cluster, "apply", "--filename=-", stdin=json.dumps(rows, default=list))


@pytest.fixture(scope="module")
def addresses(cluster: Sandbox) -> dict[str, str]:
    """A server behind a service, a port of the node and the way in, and three pods that ask."""
    tell(cluster, "microk8s", "enable", "dns")
    # As the guide's kustomization orders them: the namespace comes before what is in it.
    parts = [url for url in upstream.lock() if "/kubernetes-ingress/" in url]
    parts.sort(key=lambda url: not url.endswith("/ns-and-sa.yaml"))
    texts = [upstream.fetch(url).read_text() for url in parts]
    kubectl(cluster, "apply", "--server-side", "--filename=-", stdin="\n---\n".join(texts))
    names = ("app", "other")
    apply(
        cluster,
        *(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": name}}}
            for name in names
        ),
    )
    for name in names:
        kubectl(
            cluster, "wait", "serviceaccount/default", f"--namespace={name}", "--for=create", "--timeout=60s"
        )
    backend = {"service": {"name": "server", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    apply(
        cluster,
        pod(A, {"role": "client"}),
        pod(B, {}),
        pod(OTHER, {"role": "client"}),
        server(),
        service("server", ports=[{"port": 80, "targetPort": "http"}]),
        service("node-port", type="NodePort", ports=[{"port": 80, "targetPort": "http", "nodePort": 30080}]),
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "server", "namespace": "app"},
            "spec": {"ingressClassName": "nginx", "rules": [{"host": WAY_IN, "http": {"paths": [path]}}]},
        },
    )
    for name in (*names, CONTROLLER):
        kubectl(
            cluster, "wait", "pods", "--all", f"--namespace={name}", "--for=condition=Ready", "--timeout=90s"
        )
    found = {
        "server": ("pod", "server", ".status.podIP"),
        "b": ("pod", "b", ".status.podIP"),
        "service": ("service", "server", ".spec.clusterIP"),
    }
    return {
        key: kubectl(cluster, "get", kind, name, "--namespace=app", f"--output=jsonpath={{{path}}}")
        for key, (kind, name, path) in found.items()
    }


def within(name: str) -> tuple[str, ...]:
    """What goes before a command in a pod."""
    where, _, called = name.partition("/")
    return ("microk8s", "kubectl", "exec", f"--namespace={where}", called, "--")


def poll_text(cluster: Sandbox, command: tuple[str, ...]) -> str:
    """What a command prints as soon as it succeeds."""
    said: list[str] = []

    def succeeded() -> bool:
        done = ask(cluster, *command)
        said[:] = [done.stdout]
        return done.returncode == 0

    assert poll(succeeded, timeout=SOON, interval=0.5), said
    return said[0]


def asked(cluster: Sandbox, one: Ask, addresses: Mapping[str, str]) -> str:
    """What became of a connection."""
    limits = ("--connect-timeout", str(PATIENCE), "--max-time", "8")
    header = ("--header", f"Host: {one.host}") if one.host else ()
    curl = ("curl", "-sk", "-o", "/dev/null", *limits, *header, one.url.format(**addresses))
    match one.who:
        case "node":
            done = ask(cluster, *curl)
        case "outside":
            done = outside(cluster, *curl)
        case _:
            done = ask(cluster, *within(one.who), *curl)
    # Out of time, and what comes of a name server that is not reached. What is refused is neither.
    return {0: OPEN, 6: CLOSED, 28: CLOSED}.get(done.returncode, done.stderr)


def put(cluster: Sandbox, stage: Stage, addresses: Mapping[str, str]) -> None:
    """Bring a stage's policies into force."""
    if stage.alone:
        kubectl(cluster, "delete", "networkpolicies", "--all", "--all-namespaces")
    rows = [policy(where, name, spec) for (where, name), spec in stage.add.items()]
    if rows:
        # A policy may name the address of a pod, which is known only here.
        written = json.dumps(rows, default=list).replace("{b}", addresses["b"])
        apply(cluster, *json.loads(written))


def test_every_question_is_answered_as_by_calico(cluster: Sandbox, addresses: dict[str, str]) -> None:
    wrong = []
    with ThreadPoolExecutor(4) as pool:
        for stage in STAGES:
            put(cluster, stage, addresses)

            def answered(one: Ask) -> bool:
                return poll(lambda: asked(cluster, one, addresses) == one.want, timeout=SOON, interval=0.1)

            for one, right in zip(stage.asks, pool.map(answered, stage.asks), strict=True):
                if not right:
                    wrong.append(f"{stage.what}: {one} was {asked(cluster, one, addresses)}")
    assert not wrong, "\n".join(wrong)
    assert sum(len(stage.asks) for stage in STAGES) >= 45


def test_what_is_denied_is_dropped_and_not_refused(cluster: Sandbox, addresses: dict[str, str]) -> None:
    def code(port: int) -> int:
        words = ("curl", "-s", "--connect-timeout", str(PATIENCE), f"http://{addresses['server']}:{port}/")
        return ask(cluster, *within(A), *words, "-o", "/dev/null").returncode

    put(cluster, Stage("nothing in", (), {("app", "deny"): DENY_IN}, alone=True), addresses)
    # 7 is a refusal, 28 silence: nobody listens on the second port.
    assert poll(lambda: (code(8080), code(8081)) == (28, 28), timeout=SOON, interval=0.1)
    for port in (8080, 8081):
        assert f"{A} to app/server port {port} TCP" in cluster.evidence()
    put(cluster, Stage("all policies gone", (), alone=True), addresses)
    assert poll(lambda: (code(8080), code(8081)) == (0, 7), timeout=SOON, interval=0.1)


def test_probes_of_the_kubelet_are_never_stopped(cluster: Sandbox, addresses: dict[str, str]) -> None:
    put(cluster, Stage("nothing in", (), {("app", "deny"): DENY_IN}, alone=True), addresses)

    assert poll(lambda: asked(cluster, Ask(A, POD, CLOSED), addresses) == CLOSED, timeout=SOON, interval=0.1)

    def probed() -> int:
        # The server writes a line for each request, and only the kubelet's can come.
        return kubectl(cluster, "logs", "server", "--namespace=app").count("kube-probe")

    before = probed()
    assert poll(lambda: probed() > before, timeout=SOON, interval=0.2)
    state = json.loads(kubectl(cluster, "get", "pod", "server", "--namespace=app", "--output=json"))["status"]
    assert state["containerStatuses"][0]["restartCount"] == 0
    assert {row["type"]: row["status"] for row in state["conditions"]}["Ready"] == "True"


def test_a_policy_comes_into_force_and_goes_again(cluster: Sandbox, addresses: dict[str, str]) -> None:
    put(cluster, Stage("all policies gone", (), alone=True), addresses)
    assert poll(lambda: asked(cluster, Ask(A, POD, OPEN), addresses) == OPEN, timeout=SOON, interval=0.1)
    deny = json.dumps(policy("app", "deny", DENY_IN))
    kubectl(cluster, "apply", "--filename=-", stdin=deny)
    assert poll(lambda: asked(cluster, Ask(A, POD, CLOSED), addresses) == CLOSED, timeout=SOON, interval=0.1)
    kubectl(cluster, "delete", "--wait=false", "--filename=-", stdin=deny)
    assert poll(lambda: asked(cluster, Ask(A, POD, OPEN), addresses) == OPEN, timeout=SOON, interval=0.1)


#: A pod's first and only deed: it says so if it gets through.
TRIES = """
for number in $(seq 20); do
    curl -s -o /dev/null --connect-timeout 0.2 "$0" && echo through
done
echo tried
"""


def test_a_new_pod_is_never_open_for_a_moment(cluster: Sandbox, addresses: dict[str, str]) -> None:
    def said(names: Sequence[str]) -> list[str]:
        pods = [pod(f"other/{name}", {"role": "client"}) for name in names]
        for one in pods:
            spec = one["spec"]
            assert isinstance(spec, dict)
            spec["restartPolicy"] = "Never"
            spec["containers"][0]["command"] = ["sh", "-c", TRIES, POD.format(**addresses)]
        apply(cluster, *pods)
        done = "--for=jsonpath={.status.phase}=Succeeded"
        rows = [f"pod/{name}" for name in names]
        kubectl(cluster, "wait", "--namespace=other", done, "--timeout=90s", *rows)
        return [kubectl(cluster, "logs", "--namespace=other", row) for row in rows]

    put(cluster, Stage("all policies gone", (), alone=True), addresses)
    assert poll(lambda: asked(cluster, Ask(OTHER, POD, OPEN), addresses) == OPEN, timeout=SOON, interval=0.1)
    assert said(["free"]) == ["through\n" * 20 + "tried\n"]
    put(cluster, Stage("nothing out", (), {("other", "deny"): DENY_OUT}), addresses)
    assert poll(
        lambda: asked(cluster, Ask(OTHER, POD, CLOSED), addresses) == CLOSED, timeout=SOON, interval=0.1
    )
    assert said(["new-1", "new-2", "new-3", "new-4"]) == ["tried\n"] * 4


def test_pods_have_addresses_where_calico_takes_them(addresses: dict[str, str]) -> None:
    network = ipaddress.ip_network(layout.POD_RANGE)
    assert str(network) == "10.1.0.0/16"
    assert {ipaddress.ip_address(addresses[name]) in network for name in ("server", "b")} == {True}


def link_local(text: str, interface: str) -> str:
    """The address that an interface gave itself, of what /proc/net/if_inet6 says, as a URL has it."""
    rows = (line.split() for line in text.splitlines())
    found = next(row[0] for row in rows if row[5] == interface and row[0].startswith("fe80"))
    return f"[{ipaddress.IPv6Address(int(found, 16))}%25eth0]"


@pytest.fixture
def ipv6(cluster: Sandbox, addresses: dict[str, str]) -> Callable[[str, str], int]:
    """What curl says of a port of the server's or the node's link-local address, asked by another pod."""
    put(cluster, Stage("all policies gone", (), alone=True), addresses)
    theirs = "/proc/net/if_inet6"
    if not tell(cluster, "bash", "-c", f"cat {theirs} || true"):
        pytest.skip("the kernel has no IPv6")
    pods = {
        "server": link_local(tell(cluster, *within("app/server"), "cat", theirs), "eth0"),
        "node": link_local(tell(cluster, "cat", theirs), layout.POD_BRIDGE),
    }

    def code(name: str, port: str) -> int:
        words = ("curl", "-sk", "-o", "/dev/null", "--connect-timeout", str(PATIENCE))
        return ask(cluster, *within(A), *words, f"{port.format(pods[name])}").returncode

    return code


def test_no_way_leads_past_the_policies_over_the_bridge(ipv6: Callable[[str, str], int]) -> None:
    # Nothing listens there: who gets through is refused.
    assert ipv6("server", "http://{}:8081/") == 28


def test_the_node_is_open_to_its_pods_over_ipv6(
    cluster: Sandbox, addresses: dict[str, str], ipv6: Callable[[str, str], int]
) -> None:
    everything = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    put(cluster, Stage("nothing at all", (), {("app", "deny"): everything}), addresses)
    assert poll(
        lambda: asked(cluster, Ask(A, API_ON_NODE, CLOSED), addresses) == CLOSED, timeout=SOON, interval=0.1
    )
    # The node itself can close this; no policy can.
    assert ipv6("node", f"https://{{}}:{layout.API_PORT}/") == 0


def test_the_enforcer_may_look_and_change_nothing(cluster: Sandbox) -> None:
    tell(cluster, "microk8s", "enable", "rbac")
    own = ("sudo", "microk8s", "kubectl", f"--kubeconfig={layout.CREDENTIALS}/{enforcer.USER}.config")
    # Each line: resources, URLs, names, verbs.
    listed = poll_text(cluster, (*own, "auth", "can-i", "--list"))
    verbs: dict[str, set[str]] = {}
    for line in listed.splitlines()[1:]:
        what = line.split()[0] if not line.startswith(" ") else ""
        verbs.setdefault(what, set()).update(line[line.rindex("[") + 1 : line.rindex("]")].split())
    asking = {f"selfsubject{kind}.{group}" for kind, group in SELF}
    may = {what: found for what, found in verbs.items() if what not in asking}
    assert may.keys() >= {"pods", "namespaces", "networkpolicies.networking.k8s.io"}
    assert set().union(*may.values()) <= {"get", "list", "watch"}
    assert "secrets" not in may
    for words in (
        ("create", "namespace", "enforced"),
        ("delete", "networkpolicies", "--all", "--namespace=app"),
        ("delete", "pod", "server", "--namespace=app"),
    ):
        done = ask(cluster, *own, *words)
        assert done.returncode == 1, words
        assert "forbidden" in done.stderr, words


def test_what_is_not_decided_is_not_let_through(cluster: Sandbox, addresses: dict[str, str]) -> None:
    kubectl(cluster, "delete", "networkpolicies", "--all", "--all-namespaces")
    free = Ask(A, SERVICE, OPEN)
    assert poll(lambda: asked(cluster, free, addresses) == OPEN, timeout=SOON, interval=0.2)
    old = tell(cluster, *ENFORCER).strip()
    # Who would start it again is held up meanwhile.
    supervisor = int(cluster.state.read(FILE)["pid"])
    os.kill(supervisor, signal.SIGSTOP)
    try:
        tell(cluster, "sudo", "kill", "-KILL", old)
        assert asked(cluster, free, addresses) == CLOSED
    finally:
        os.kill(supervisor, signal.SIGCONT)
    assert poll(lambda: asked(cluster, free, addresses) == OPEN, timeout=SOON, interval=0.2)
    assert tell(cluster, *ENFORCER).strip() != old


def test_the_enforcer_ends_with_what_tells_it_of_new_pods(
    cluster: Sandbox, addresses: dict[str, str]
) -> None:
    old = tell(cluster, *ENFORCER).strip()
    tell(cluster, "sudo", "kill", "-KILL", tell(cluster, "pgrep", "--exact", "containerd").strip())

    def started_again() -> bool:
        new = ask(cluster, *ENFORCER).stdout.strip()
        return new not in ("", old)

    assert poll(started_again, timeout=SOON, interval=0.2)
    assert poll(lambda: asked(cluster, Ask(A, SERVICE, OPEN), addresses) == OPEN, timeout=SOON, interval=0.2)
