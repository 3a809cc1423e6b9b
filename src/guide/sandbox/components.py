"""The node's programs, and the command lines they are started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox import layout

ETCD_CLIENTS = "http://127.0.0.1:12379"
ETCD_PEERS = "http://127.0.0.1:12380"
#: The program that all of Kubernetes is.
KUBERNETES = "kubelite"
#: What MicroK8s' addons change of the API server's arguments, and readers of the kubelet's.
API_ARGUMENTS = layout.CONFIG / "kube-apiserver"
KUBELET_ARGUMENTS = layout.CONFIG / "kubelet"


@dataclass(frozen=True)
class Component:
    """A program that runs as long as the node does.

    :param name: also its log's name.
    :param argv: its command line; the first word is a path inside the machine.
    :param after_api: it is started when the API server is ready, not before.
    :param arguments: a file of further arguments, one a line, read anew whenever it starts.
    """

    name: str
    argv: tuple[str, ...]
    after_api: bool = False
    arguments: Path | None = None

    @property
    def kubernetes(self) -> bool:
        """Whether it is a part of Kubernetes: MicroK8s starts and stops these together."""
        return Path(self.argv[0]).name == KUBERNETES

    def command(self) -> tuple[str, ...]:
        """Its whole command line, now."""
        further = self.arguments.read_text().split() if self.arguments else ()
        return (*self.argv, *further)


def components() -> list[Component]:
    """The node's programs in the order they are started."""
    return [
        Component("etcd", _etcd()),
        Component("containerd", (_binary("containerd"), "--config", _config("containerd.toml"))),
        Component("kube-apiserver", _kubernetes("kube-apiserver", {}), arguments=API_ARGUMENTS),
        Component("kube-controller-manager", _controller_manager(), after_api=True),
        Component("kube-scheduler", _scheduler(), after_api=True),
        # Before the kubelet: what it forbids must hold from a pod's first packet on.
        Component("network-policies", _network_policies(), after_api=True),
        Component("kubelet", _kubernetes("kubelet", {}), after_api=True, arguments=KUBELET_ARGUMENTS),
        Component("kube-proxy", _proxy(), after_api=True),
    ]


def _binary(name: str) -> str:
    return str(layout.BINARIES / name)


def _config(name: str) -> str:
    return str(layout.CONFIG / name)


def _secret(name: str) -> str:
    return str(layout.CREDENTIALS / name)


def _certificate(name: str) -> str:
    return str(layout.CERTIFICATES / name)


def _flags(flags: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"--{name}={value}" for name, value in flags.items())


def _kubernetes(component: str, flags: Mapping[str, str]) -> tuple[str, ...]:
    """A component of Kubernetes, all of which are one program, as in MicroK8s."""
    return (_binary(KUBERNETES), component, *_flags(flags))


def _etcd() -> tuple[str, ...]:
    flags = {
        "data-dir": str(layout.ETCD),
        "listen-client-urls": ETCD_CLIENTS,
        "advertise-client-urls": ETCD_CLIENTS,
        "listen-peer-urls": ETCD_PEERS,
        # Nobody needs this cluster's data after a power cut.
        "unsafe-no-fsync": "true",
        "logger": "zap",
    }
    return (_binary("etcd"), *_flags(flags))


def api_arguments() -> tuple[str, ...]:
    """What the API server is started with until an addon changes it."""
    return _flags(
        {
            "secure-port": str(layout.API_PORT),
            "etcd-servers": ETCD_CLIENTS,
            "service-cluster-ip-range": layout.SERVICE_RANGE,
            # As MicroK8s, until somebody enables rbac.
            "authorization-mode": "AlwaysAllow",
            "enable-admission-plugins": "NodeRestriction",
            "allow-privileged": "true",
            # As MicroK8s: an event is there for five minutes, and what reads it later finds none.
            "event-ttl": "5m",
            "client-ca-file": _certificate("ca.crt"),
            "tls-cert-file": _certificate("server.crt"),
            "tls-private-key-file": _certificate("server.key"),
            "kubelet-certificate-authority": _certificate("ca.crt"),
            "kubelet-client-certificate": _certificate("apiserver-kubelet-client.crt"),
            "kubelet-client-key": _certificate("apiserver-kubelet-client.key"),
            "kubelet-preferred-address-types": "InternalIP,Hostname",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": _certificate("serviceaccount.pub"),
            "service-account-signing-key-file": _certificate("serviceaccount.key"),
            "requestheader-client-ca-file": _certificate("front-proxy-ca.crt"),
            "requestheader-allowed-names": "front-proxy-client",
            "requestheader-extra-headers-prefix": "X-Remote-Extra-",
            "requestheader-group-headers": "X-Remote-Group",
            "requestheader-username-headers": "X-Remote-User",
            "proxy-client-cert-file": _certificate("front-proxy-client.crt"),
            "proxy-client-key-file": _certificate("front-proxy-client.key"),
        },
    )


def _controller_manager() -> tuple[str, ...]:
    return _kubernetes(
        "kube-controller-manager",
        {
            "kubeconfig": _secret("controller.config"),
            "service-account-private-key-file": _certificate("serviceaccount.key"),
            "root-ca-file": _certificate("ca.crt"),
            "cluster-signing-cert-file": _certificate("ca.crt"),
            "cluster-signing-key-file": _certificate("ca.key"),
            "use-service-account-credentials": "true",
            "leader-elect": "false",
            "allocate-node-cidrs": "false",
        },
    )


def _scheduler() -> tuple[str, ...]:
    return _kubernetes("kube-scheduler", {"kubeconfig": _secret("scheduler.config"), "leader-elect": "false"})


def kubelet_arguments() -> tuple[str, ...]:
    """What the kubelet is started with until somebody changes it."""
    return _flags(
        {
            "config": _config("kubelet.json"),
            "kubeconfig": _secret("kubelet.config"),
            "root-dir": str(layout.KUBELET),
            "hostname-override": layout.HOSTNAME,
            "node-labels": "microk8s.io/cluster=true,"
            "node.kubernetes.io/microk8s-controlplane=microk8s-controlplane",
        },
    )


def _proxy() -> tuple[str, ...]:
    return _kubernetes(
        "kube-proxy",
        {
            "kubeconfig": _secret("proxy.config"),
            "hostname-override": layout.HOSTNAME,
            "proxy-mode": "iptables",
            "cluster-cidr": layout.POD_RANGE,
            # The connection table's limits are the whole machine's: not ours to set.
            "conntrack-max-per-core": "0",
            "conntrack-tcp-timeout-established": "0",
            "conntrack-tcp-timeout-close-wait": "0",
        },
    )


def _network_policies() -> tuple[str, ...]:
    flags = {
        "kubeconfig": _secret("network-policies.config"),
        "node": layout.HOSTNAME,
        "cluster-cidr": layout.POD_RANGE,
    }
    return (_binary("network-policies"), *_flags(flags))
