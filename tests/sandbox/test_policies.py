"""NetworkPolicies on the embedded cluster: the same answers as from MicroK8s' Calico.

The questions of :data:`STAGES` were put to Calico 3.28.5 as well (felix, CNI); it answered each as is
expected here. What is denied is dropped by both.
"""

from __future__ import annotations

import ipaddress
import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from guide import upstream
from guide.clusters.command import poll
from guide.sandbox import enforcer, layout
from guide.sandbox.provider import Sandbox
from guide.sandbox.status import FILE

from .support import ask, tell

pytestmark = pytest.mark.sandbox

PRODUCTS = ("nginx-ingress", "nginx-unprivileged")
OPEN, CLOSED = "open", "closed"
#: Seconds that a connection may take. What is dropped takes all of them.
PATIENCE = 1
API_SERVER = f"https://{layout.SERVICE_FIRST}/"
CURL = "docker.io/curlimages/curl:8.16.0"
WEB = "docker.io/nginxinc/nginx-unprivileged:1.29.3-alpine"
CONTROLLER = "nginx-ingress"
#: Who asks: pods (a client, one that is none, one of another namespace), the machine, the one outside it.
A, B, OTHER, NODE, OUTSIDE = "app/a", "app/b", "other/o", "node", "outside"

#: What everybody may ask about themselves.
SELF = (
    ("accessreviews", "authorization.k8s.io"),
    ("rulesreviews", "authorization.k8s.io"),
    ("reviews", "authentication.k8s.io"),
)

DENY_IN = {"podSelector": {}, "policyTypes": ["Ingress"]}
DENY_OUT = {"podSelector": {}, "policyTypes": ["Egress"]}
Rule = Mapping[str, object]


def into_server(*rules: Rule) -> Rule:
    """A policy that lets something into the server's pod."""
    return {"podSelector": {"matchLabels": {"app": "server"}}, "policyTypes": ["Ingress"], "ingress": rules}


def out_of(*rules: Rule, pods: Mapping[str, str] | None = None) -> Rule:
    """A policy that lets something out of pods."""
    selector = {"matchLabels": pods} if pods else {}
    return {"podSelector": selector, "policyTypes": ["Egress"], "egress": rules}


def namespace(**labels: str) -> dict[str, object]:
    return {"namespaceSelector": {"matchLabels": labels}}


def named(name: str, **labels: str) -> dict[str, object]:
    """The pods with these labels in the namespace of that name."""
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}},
        "podSelector": {"matchLabels": labels},
    }


def block(cidr: str, *others: str) -> dict[str, object]:
    return {"ipBlock": {"cidr": cidr, "except": others}}


@dataclass(frozen=True)
class Ask:
    """One question: may ``who`` connect to ``url``? ``{server}``, ``{service}`` and ``{b}`` are addresses."""

    who: str
    url: str
    want: str
    host: str = ""


@dataclass(frozen=True)
class Stage:
    """Policies that are added by namespace and name, and what is asked under all that are there then."""

    what: str
    asks: tuple[Ask, ...]
    add: Mapping[tuple[str, str], Rule] = field(default_factory=dict)
    alone: bool = False


POD, SERVICE, NAME = "http://{server}:8080/", "http://{service}/", "http://server.app.svc.cluster.local/"
INSIDE, ADDRESS = "http://127.0.0.1/", f"http://{layout.NODE_ADDRESS}/"
KUBELET = f"https://{layout.NODE_ADDRESS}:10250/"
API_ON_NODE = f"https://{layout.NODE_ADDRESS}:{layout.API_PORT}/"
MIRROR = f"http://{layout.MIRROR}/v2/"
WAY_IN = "app.test"
#: Finds the enforcer's process, and not the shell that looks for it.
ENFORCER = ("pgrep", "--oldest", "--full", "bin/network-policies --kubeconfig")

STAGES = (
    Stage(
        "without a policy",
        (
            Ask(A, POD, OPEN),
            Ask(A, NAME, OPEN),
            Ask(OTHER, SERVICE, OPEN),
            Ask(NODE, INSIDE, OPEN, WAY_IN),
            Ask(OTHER, API_SERVER, OPEN),
        ),
    ),
    Stage(
        "nothing in",
        (
            Ask(A, POD, CLOSED),
            Ask(A, SERVICE, CLOSED),
            Ask(OTHER, SERVICE, CLOSED),
            Ask(A, API_SERVER, OPEN),
            Ask(NODE, INSIDE, CLOSED, WAY_IN),
            Ask(NODE, POD, OPEN),
        ),
        {("app", "deny"): DENY_IN},
    ),
    Stage(
        "by the label of a pod, in the same namespace",
        (Ask(A, SERVICE, OPEN), Ask(B, SERVICE, CLOSED), Ask(OTHER, SERVICE, CLOSED)),
        {("app", "label"): into_server({"from": [{"podSelector": {"matchLabels": {"role": "client"}}}]})},
    ),
    Stage(
        "by the label of a namespace",
        (Ask(OTHER, SERVICE, OPEN), Ask(B, SERVICE, CLOSED)),
        {("app", "namespace"): into_server({"from": [namespace(team="other")]})},
    ),
    Stage(
        "the ingress controller, to a port by its name",
        (Ask(NODE, INSIDE, OPEN, WAY_IN), Ask(NODE, ADDRESS, OPEN, WAY_IN)),
        {
            ("app", "ingress"): into_server(
                {"from": [named(CONTROLLER, app="nginx-ingress")], "ports": [{"port": "http"}]}
            )
        },
    ),
    Stage(
        "another port",
        (Ask(B, SERVICE, CLOSED),),
        {("app", "port"): into_server({"ports": [{"port": 9999}]})},
    ),
    Stage(
        "the pod's port, for the service's",
        (Ask(B, SERVICE, OPEN),),
        {("app", "port"): into_server({"ports": [{"port": 8080}]})},
    ),
    Stage(
        "a range of ports",
        (Ask(B, SERVICE, OPEN),),
        {("app", "port"): into_server({"ports": [{"port": 8000, "endPort": 8090}]})},
    ),
    Stage(
        "by addresses, but for one",
        (Ask(A, SERVICE, OPEN), Ask(B, SERVICE, CLOSED)),
        {
            ("app", "deny"): DENY_IN,
            ("app", "block"): into_server({"from": [block(layout.POD_RANGE, "{b}/32")]}),
        },
        alone=True,
    ),
    Stage(
        "nothing out",
        (
            Ask(OTHER, POD, CLOSED),
            Ask(OTHER, NAME, CLOSED),
            Ask(OTHER, API_SERVER, CLOSED),
            Ask(OTHER, API_ON_NODE, CLOSED),
            Ask(OTHER, KUBELET, CLOSED),
            Ask(OTHER, MIRROR, CLOSED),
            Ask(A, SERVICE, OPEN),
        ),
        {("other", "deny"): DENY_OUT},
        alone=True,
    ),
    Stage(
        "names are found, and nothing behind them",
        (Ask(OTHER, NAME, CLOSED),),
        {
            ("other", "dns"): out_of(
                {
                    "to": [named("kube-system", **{"k8s-app": "kube-dns"})],
                    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
                }
            )
        },
    ),
    Stage(
        "out to a namespace and a port",
        (Ask(OTHER, NAME, OPEN),),
        {
            ("other", "server"): out_of(
                {"to": [namespace(team="app")], "ports": [{"port": 8080}]}, pods={"role": "client"}
            )
        },
    ),
    Stage(
        "out of the cluster, to one port of one address",
        (Ask(OTHER, MIRROR, OPEN), Ask(OTHER, f"https://{layout.OUTSIDE_ADDRESS}/", CLOSED)),
        {
            ("other", "out"): out_of(
                {"to": [block(f"{layout.OUTSIDE_ADDRESS}/32")], "ports": [{"port": 5000}]}
            )
        },
    ),
    Stage(
        "the API server by its service's address: a policy sees the node's",
        (Ask(OTHER, API_SERVER, CLOSED),),
        {("other", "api"): out_of({"to": [block(f"{layout.SERVICE_FIRST}/32")], "ports": [{"port": 443}]})},
    ),
    Stage(
        "the API server by the node's address",
        (Ask(OTHER, API_SERVER, OPEN), Ask(OTHER, KUBELET, CLOSED)),
        {
            ("other", "api"): out_of(
                {"to": [block(f"{layout.NODE_ADDRESS}/32")], "ports": [{"port": layout.API_PORT}]}
            )
        },
    ),
    Stage(
        "nothing into the ingress controller",
        (
            Ask(OUTSIDE, ADDRESS, CLOSED, WAY_IN),
            Ask(OTHER, ADDRESS, CLOSED, WAY_IN),
            Ask(NODE, INSIDE, OPEN, WAY_IN),
        ),
        {(CONTROLLER, "deny"): DENY_IN},
        alone=True,
    ),
    Stage(
        "its two ports, for everybody",
        (Ask(OUTSIDE, ADDRESS, OPEN, WAY_IN),),
        {
            (CONTROLLER, "web"): {
                "podSelector": {"matchLabels": {"app": "nginx-ingress"}},
                "policyTypes": ["Ingress"],
                "ingress": [{"ports": [{"port": 80}, {"port": 443}]}],
            }
        },
    ),
    Stage(
        "its two ports, for an address outside, which arrives as it was",
        (Ask(OUTSIDE, ADDRESS, OPEN, WAY_IN), Ask(OTHER, ADDRESS, CLOSED, WAY_IN)),
        {
            (CONTROLLER, "web"): {
                "podSelector": {"matchLabels": {"app": "nginx-ingress"}},
                "policyTypes": ["Ingress"],
                "ingress": [{"from": [block(f"{layout.OUTSIDE_ADDRESS}/32")]}],
            }
        },
    ),
    Stage(
        "a port of the node, from outside",
        (Ask(OUTSIDE, f"http://{layout.NODE_ADDRESS}:30080/", CLOSED),),
        {("app", "deny"): DENY_IN},
        alone=True,
    ),
    Stage("all policies gone", (Ask(OTHER, SERVICE, OPEN),), alone=True),
)


def kubectl(cluster: Sandbox, *words: str, stdin: str = "") -> str:
    done = ask(cluster, "microk8s", "kubectl", *words, stdin=stdin)
    assert done.returncode == 0, f"{words}: {done.stderr or done.stdout}"
    return done.stdout


def apply(cluster: Sandbox, *objects: Rule) -> None:
    rows = {"apiVersion": "v1", "kind": "List", "items": objects}
    kubectl(cluster, "apply", "--filename=-", stdin=json.dumps(rows, default=list))


def policy(where: str, name: str, spec: Rule) -> Rule:
    metadata = {"name": name, "namespace": where}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": spec,
    }


def pod(name: str, labels: Mapping[str, str]) -> Rule:
    where, _, called = name.partition("/")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": called, "namespace": where, "labels": labels},
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [{"name": "tools", "image": CURL, "command": ["sleep", "infinity"]}],
        },
    }


def service(name: str, **spec: object) -> Rule:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "app"},
        "spec": {"selector": {"app": "server"}, **spec},
    }


def server() -> Rule:
    probe = {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 1, "failureThreshold": 1}
    container = {
        "name": "web",
        "image": WEB,
        "ports": [{"name": "http", "containerPort": 8080}],
        "readinessProbe": probe,
        "livenessProbe": probe,
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "server", "namespace": "app", "labels": {"app": "server"}},
        "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]},
    }


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

    assert poll(succeeded, timeout=60, interval=0.5), said
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
            enter = 'sudo nsenter --target "$(pgrep --oldest --full guide.sandbox.outside)" --net "$@"'
            done = ask(cluster, "bash", "-c", enter, "outside", *curl)
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
                return poll(lambda: asked(cluster, one, addresses) == one.want, timeout=5, interval=0.1)

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
    assert poll(lambda: (code(8080), code(8081)) == (28, 28), timeout=10, interval=0.1)
    put(cluster, Stage("all policies gone", (), alone=True), addresses)
    assert poll(lambda: (code(8080), code(8081)) == (0, 7), timeout=10, interval=0.1)


def test_probes_of_the_kubelet_are_never_stopped(cluster: Sandbox, addresses: dict[str, str]) -> None:
    put(cluster, Stage("nothing in", (), {("app", "deny"): DENY_IN}, alone=True), addresses)

    def probed() -> str:
        # The server writes a line for each request, and only the kubelet's can come.
        lines = kubectl(cluster, "logs", "server", "--namespace=app", "--since=1s").splitlines()
        return next((line for line in lines if "kube-probe" in line), "")

    assert poll(lambda: asked(cluster, Ask(A, POD, CLOSED), addresses) == CLOSED, timeout=10, interval=0.1)
    assert poll(lambda: bool(probed()), timeout=10, interval=0.2)
    state = json.loads(kubectl(cluster, "get", "pod", "server", "--namespace=app", "--output=json"))["status"]
    assert state["containerStatuses"][0]["restartCount"] == 0
    assert {row["type"]: row["status"] for row in state["conditions"]}["Ready"] == "True"


#: Tries until the answer is the one that is wanted, 0 for yes and 1 for no, and says when that was.
UNTIL = """
while :; do
    curl -s -o /dev/null --connect-timeout 0.2 "$1" && code=0 || code=1
    test "$code" = "$2" && break
done
date +%s%N
"""


def test_a_policy_is_in_force_within_a_second_and_gone_within_one(
    cluster: Sandbox, addresses: dict[str, str]
) -> None:
    put(cluster, Stage("all policies gone", (), alone=True), addresses)
    assert poll(lambda: asked(cluster, Ask(A, POD, OPEN), addresses) == OPEN, timeout=10, interval=0.1)
    deny = json.dumps(policy("app", "deny", DENY_IN))
    url = POD.format(**addresses)
    with ThreadPoolExecutor(1) as pool:
        for words, want in ((("apply",), 1), (("delete", "--wait=false"), 0)):
            seen = pool.submit(tell, cluster, *within(A), "sh", "-c", UNTIL, "until", url, str(want))
            kubectl(cluster, *words, "--filename=-", stdin=deny)
            done = int(tell(cluster, "date", "+%s%N"))
            assert (int(seen.result()) - done) / 1e9 < 1, words


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
    assert poll(lambda: asked(cluster, Ask(OTHER, POD, OPEN), addresses) == OPEN, timeout=10, interval=0.1)
    assert said(["free"]) == ["through\n" * 20 + "tried\n"]
    put(cluster, Stage("nothing out", (), {("other", "deny"): DENY_OUT}), addresses)
    assert poll(
        lambda: asked(cluster, Ask(OTHER, POD, CLOSED), addresses) == CLOSED, timeout=10, interval=0.1
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
        "node": link_local(tell(cluster, "cat", theirs), "cni0"),
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
        lambda: asked(cluster, Ask(A, API_ON_NODE, CLOSED), addresses) == CLOSED, timeout=10, interval=0.1
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
    assert poll(lambda: asked(cluster, free, addresses) == OPEN, timeout=10, interval=0.2)
    old = tell(cluster, *ENFORCER).strip()
    # Who would start it again is held up meanwhile.
    supervisor = int(cluster.state.read(FILE)["pid"])
    os.kill(supervisor, signal.SIGSTOP)
    try:
        tell(cluster, "sudo", "kill", "-KILL", old)
        assert asked(cluster, free, addresses) == CLOSED
    finally:
        os.kill(supervisor, signal.SIGCONT)
    assert poll(lambda: asked(cluster, free, addresses) == OPEN, timeout=20, interval=0.2)
    assert tell(cluster, *ENFORCER).strip() != old
