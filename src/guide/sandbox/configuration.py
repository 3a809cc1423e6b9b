"""The files that the node's programs read: certificates, configuration, the pods' network."""

from __future__ import annotations

import json
from pathlib import Path

from guide.sandbox import certificates, layout
from guide.sandbox.components import API_ARGUMENTS, KUBELET_ARGUMENTS, api_arguments, kubelet_arguments
from guide.sandbox.files import File
from guide.sandbox.pki import Authority

#: The image that holds a pod's namespaces.
PAUSE = "registry.k8s.io/pause:3.10"


def files(outside: Authority) -> list[File]:
    """What the node's programs read: new keys and certificates at every call.

    :param outside: who certifies the servers outside the machine.
    """
    return [
        *certificates.installed([layout.NODE_ADDRESS]),
        File(API_ARGUMENTS, "\n".join(api_arguments()) + "\n"),
        File(KUBELET_ARGUMENTS, "\n".join(kubelet_arguments()) + "\n"),
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
            "x509": {"clientCAFile": str(layout.CERTIFICATES / "ca.crt")},
        },
        # As MicroK8s, which has no such file, until somebody says otherwise in its arguments.
        "authorization": {"mode": "AlwaysAllow"},
        "tlsCertFile": str(layout.CERTIFICATES / "kubelet.crt"),
        "tlsPrivateKeyFile": str(layout.CERTIFICATES / "kubelet.key"),
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
