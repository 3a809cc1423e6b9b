"""The node's programs: what they are started with, and the files they read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox import certificates, layout
from guide.sandbox.files import File
from guide.sandbox.pki import Authority

ETCD_CLIENTS = "http://127.0.0.1:12379"
ETCD_PEERS = "http://127.0.0.1:12380"
#: The program that all of Kubernetes is.
KUBERNETES = "kubelite"
#: Where the ``microk8s`` stand-in changes the API server's arguments, as MicroK8s' addons do.
API_ARGUMENTS = layout.CONFIG / "kube-apiserver"


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
        Component("kubelet", _kubelet(), after_api=True),
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


def _apiserver() -> tuple[str, ...]:
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


def _kubelet() -> tuple[str, ...]:
    return _kubernetes(
        "kubelet",
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


def files(outside: Authority) -> list[File]:
    """What the node's programs read: new keys and certificates at every call.

    :param outside: who certifies the servers outside the machine.
    """
    return [
        *certificates.installed([layout.NODE_ADDRESS]),
        File(API_ARGUMENTS, "\n".join(_apiserver()) + "\n"),
        File(layout.CONFIG / "kubelet.json", json.dumps(_kubelet_configuration(), indent=2) + "\n"),
        File(layout.CONFIG / "containerd.toml", _containerd_configuration()),
        File(layout.CONFIG / "cni-network/10-bridge.conflist", json.dumps(_network(), indent=2) + "\n"),
        *_registries(),
        File(Path("/usr/local/share/ca-certificates/sandbox-outside.crt"), outside.pair.certificate_pem),
    ]


def _kubelet_configuration() -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": _certificate("ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": _certificate("kubelet.crt"),
        "tlsPrivateKeyFile": _certificate("kubelet.key"),
        "clusterDNS": [layout.CLUSTER_DNS],
        "clusterDomain": layout.CLUSTER_DOMAIN,
        "resolvConf": str(layout.RESOLV_CONF),
        "containerRuntimeEndpoint": f"unix://{layout.CONTAINERD_SOCKET}",
        "cgroupDriver": "cgroupfs",
        # A machine of today may still have version 1.
        "failCgroupV1": False,
        "failSwapOn": False,
        # Limits of the whole machine (oom_score_adj, kernel.panic …) stay as they are.
        "featureGates": {"KubeletInUserNamespace": True},
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,
        # A throwaway cluster has no reason to hold deployments back.
        "serializeImagePulls": False,
        "registryPullQPS": 0,
        "eventRecordQPS": 0,
        "shutdownGracePeriod": "0s",
    }


def _containerd_configuration() -> str:
    return f"""\
version = 3
root = "{layout.CONTAINERD}"
state = "{layout.SNAP_COMMON / "run/containerd"}"

[grpc]
  address = "{layout.CONTAINERD_SOCKET}"

[plugins."io.containerd.cri.v1.runtime"]
  # Both need what a machine inside a machine may not have.
  restrict_oom_score_adj = true
  disable_apparmor = true

  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["{layout.CNI_PLUGINS}"]
    conf_dir = "{layout.CONFIG / "cni-network"}"

  [plugins."io.containerd.cri.v1.runtime".containerd]
    default_runtime_name = "runc"

    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      base_runtime_spec = "{layout.CONTAINER}"

[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "{PAUSE}"

[plugins."io.containerd.cri.v1.images".registry]
  config_path = "{layout.REGISTRIES}"
"""


#: The image that holds a pod's namespaces.
PAUSE = "registry.k8s.io/pause:3.10"


def _network() -> dict[str, object]:
    bridge = {
        "type": "bridge",
        "bridge": layout.POD_BRIDGE,
        # With a default gateway the plugin adds the default route; a second one by hand would clash.
        "isDefaultGateway": True,
        "ipMasq": True,
        "hairpinMode": True,
        "ipam": {"type": "host-local", "ranges": [[{"subnet": layout.POD_RANGE}]]},
    }
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge, ports]}


def _registries() -> list[File]:
    """Every image comes from the mirror, but for those of registries whose folders the reader makes."""
    return [
        File(
            layout.REGISTRIES / "_default/hosts.toml",
            f'server = "http://{layout.MIRROR}"\n\n[host."http://{layout.MIRROR}"]\n'
            'capabilities = ["pull", "resolve"]\n',
        ),
    ]
