"""What is asked of NetworkPolicies, and the answer that Calico gave; the objects that this needs.

The questions of :data:`STAGES` were put to Calico 3.28.5 (felix, CNI). It answered each as is expected here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guide.sandbox import layout

OPEN, CLOSED = "open", "closed"
API_SERVER = f"https://{layout.SERVICE_FIRST}/"
CURL = "docker.io/curlimages/curl:8.16.0"
WEB = "docker.io/nginxinc/nginx-unprivileged:1.29.3-alpine"
CONTROLLER = "nginx-ingress"
#: Who asks: pods (a client, one that is none, one of another namespace), the machine, the one outside it.
A, B, OTHER, NODE, OUTSIDE = "app/a", "app/b", "other/o", "node", "outside"

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
    # A machine that is busy answers late, and is well.
    patience = {"timeoutSeconds": 60, "failureThreshold": 1}
    probe = {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 1, **patience}
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
