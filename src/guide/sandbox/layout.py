"""Addresses and paths inside the machine, in one place because both sides of its wall use them."""

from __future__ import annotations

from pathlib import Path

HOSTNAME = "gitops"
USER = "ubuntu"
USER_ID = 1000
HOME = f"/home/{USER}"

#: The machine's address when it is made, and that of the only other machine it can reach. The machine may get
#: another one later: a program that runs there asks for it (guide.sandbox.addresses).
NODE_ADDRESS = "192.168.64.2"
OUTSIDE_ADDRESS = "192.168.64.1"
NETWORK = "192.168.64.0/24"
MIRROR = f"{OUTSIDE_ADDRESS}:5000"

#: As MicroK8s has them.
API_PORT = 16443
SERVICE_RANGE = "10.152.183.0/24"
SERVICE_FIRST = "10.152.183.1"
CLUSTER_DNS = "10.152.183.10"
CLUSTER_DOMAIN = "cluster.local"
POD_RANGE = "10.1.0.0/16"
#: The interface of the pods. It begins as those of Calico do: by that name MicroK8s tells ufw to let them in.
POD_BRIDGE = "cali0"

SNAP = Path("/snap/microk8s/current")
SNAP_DATA = Path("/var/snap/microk8s/current")
SNAP_COMMON = Path("/var/snap/microk8s/common")
BINARIES = SNAP / "bin"
#: The harness's own Python, for checks that look with a browser; a home that the machine hides may hold it.
HARNESS = Path("/usr/local/lib/gitops-guide")
#: Where the stand-ins for commands are, as snaps' own commands on Ubuntu.
COMMANDS = Path("/snap/bin")
CERTIFICATES = SNAP_DATA / "certs"
CREDENTIALS = SNAP_DATA / "credentials"
CONFIG = SNAP_DATA / "args"
#: MicroK8s' own place for registries' addresses, one folder a registry.
REGISTRIES = CONFIG / "certs.d"
#: What every container starts from, and the authorities that it trusts.
CONTAINER = CONFIG / "container.json"
CONTAINER_AUTHORITIES = CONFIG / "container-authorities.crt"
#: The admission policy of the sandbox's own.
POLICY = CONFIG / "admission.json"
ADDONS = SNAP_COMMON / "addons"
CONTAINERD = SNAP_COMMON / "var/lib/containerd"
CONTAINERD_SOCKET = SNAP_COMMON / "run/containerd.sock"
ETCD = SNAP_DATA / "var/etcd"
KUBELET = Path("/var/lib/kubelet")
CNI_PLUGINS = Path("/usr/lib/cni")
RESOLV_CONF = Path("/etc/resolv.conf")
#: What the node does, in one word, for the microk8s stand-in.
PHASE = Path("/run/microk8s.phase")
#: The certificate that the stand-in wants renewed, for SIGHUP; it goes when that is done.
ORDER = Path("/run/microk8s.order")

ENVIRONMENT = {
    "HOME": HOME,
    "LANG": "C.UTF-8",
    "LOGNAME": USER,
    # The stand-ins come first: this machine may have a sudo, a snap or a kubectl of its own.
    "PATH": "/snap/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "SHELL": "/bin/bash",
    "USER": USER,
}
