"""What the embedded cluster needs of this machine, and what of it is missing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox.binaries import SANDBOX
from guide.sandbox.hierarchies import hierarchies
from guide.sandbox.layout import CNI_PLUGINS
from guide.sandbox.state import clusters_folder
from guide.sandbox.toolchain import Toolchain, minimum_version
from walkthrough.errors import UserError

OTHERS = "or take another cluster: --cluster microk8s, multipass or kubeconfig"

#: Commands that the machine uses, and the Debian package of each. Those of the reader's steps are among them.
COMMANDS = {
    "bash": "bash",
    "curl": "curl",
    "faketime": "faketime",
    "git": "git",
    "hostname": "hostname",
    "ip": "iproute2",
    "iptables": "iptables",
    "jq": "jq",
    "mmdebstrap": "mmdebstrap",
    "nsenter": "util-linux",
    "openssl": "openssl",
    "runc": "runc",
    "setpriv": "util-linux",
    "ufw": "ufw",
    "unshare": "util-linux",
    "update-ca-certificates": "ca-certificates",
}
#: The kernel's parts that hand packets to what decides on them, by the file that shows each.
PACKETS = {
    Path("/proc/net/netfilter/nfnetlink_queue"): "nfnetlink_queue",
    Path("/proc/sys/net/bridge/bridge-nf-call-iptables"): "br_netfilter",
}
#: Where a machine has them, whatever the caller's own PATH is.
FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
PLUGINS = ("bridge", "portmap", "host-local", "loopback")
MEMORY = 4 * 2**30


@dataclass(frozen=True)
class Machine:
    """This machine's answers, so that a test can give others."""

    system: str
    user: int
    which: Callable[[str], str | None]
    plugins: Path
    filesystems: str
    packets: frozenset[Path]
    memory: int
    cgroups: int
    state_kind: str
    user_namespaces: int

    @classmethod
    def here(cls) -> Machine:
        """Ask this machine."""
        linux = platform.system() == "Linux"
        return cls(
            system=platform.system(),
            user=os.geteuid(),
            which=_which,
            plugins=CNI_PLUGINS,
            filesystems=Path("/proc/filesystems").read_text() if linux else "",
            packets=frozenset(path for path in PACKETS if path.exists()),
            memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            cgroups=len(hierarchies()) if linux else 0,
            state_kind=_kind_of(clusters_folder()) if linux else "",
            user_namespaces=_number(Path("/proc/sys/user/max_user_namespaces")),
        )


def whole() -> None:
    """See :func:`check`; with the compiler, and after what this machine can do about it by itself."""
    lacking = []
    try:
        Toolchain.find(SANDBOX)
    except UserError as error:
        lacking = [f"{error.what}: install Go {minimum_version(SANDBOX)} or later from https://go.dev/dl/"]
    # A kernel that has not needed them yet has not loaded them.
    load_modules()
    check(lacking)


def check(more: list[str], machine: Machine | None = None) -> None:
    """Say everything that is missing at once.

    :param more: what others found to be missing, a sentence each.
    :raises UserError: something is missing.
    """
    lacking = [*missing(machine or Machine.here()), *more]
    if lacking:
        raise UserError(
            "the embedded cluster cannot run on this machine:\n"
            + "\n".join(f"  - {item}" for item in lacking),
            fix=f"mend this, {OTHERS}",
        )


def missing(machine: Machine) -> list[str]:
    """A sentence for each thing that is missing."""
    if machine.system != "Linux":
        return [f"it needs Linux, and this is {machine.system}"]
    lacking = []
    if machine.user != 0:
        lacking.append("it needs root: run the same command with sudo")
    packages = sorted({package for command, package in COMMANDS.items() if machine.which(command) is None})
    if any(not (machine.plugins / name).exists() for name in PLUGINS):
        packages.append("containernetworking-plugins")
    if packages:
        lacking.append(f"packages are not installed: sudo apt-get install {' '.join(packages)}")
    if "\toverlay\n" not in f"{machine.filesystems}\n":
        lacking.append("the kernel has no overlay file system (its module is called overlay)")
    for path, module in PACKETS.items():
        if path not in machine.packets:
            lacking.append(f"no NetworkPolicy would hold: the kernel has no {module}; load that module")
    if machine.user_namespaces == 0:
        lacking.append(
            "the kernel gives no user namespaces, which wall in the machine's root: "
            "sudo sysctl user.max_user_namespaces=10000"
        )
    if machine.cgroups == 0:
        lacking.append("no control groups are mounted at /sys/fs/cgroup")
    if machine.state_kind in ("overlay", "tmpfs", "ramfs", "nfs", "fuse"):
        lacking.append(
            f"its state would lie on {machine.state_kind} ({clusters_folder()}), which cannot hold "
            "containers' file systems: set XDG_STATE_HOME to a folder on ext4, xfs or btrfs"
        )
    if machine.memory < MEMORY:
        lacking.append(f"it needs {MEMORY >> 30} GiB of memory, and here are {machine.memory / 2**30:.1f}")
    return lacking


def search_usual_folders() -> None:
    """Let what is started be found where :func:`check` finds it: behind the caller's own PATH."""
    given = [folder for folder in os.environ.get("PATH", "").split(":") if folder]
    os.environ["PATH"] = ":".join([*given, *(folder for folder in FOLDERS if folder not in given)])


def load_modules() -> None:
    """Ask the kernel for what a Kubernetes node uses; without modules it is built in, or missing."""
    if shutil.which("modprobe"):
        for module in ("overlay", "veth", *PACKETS.values(), "xt_NFQUEUE"):
            subprocess.run(["modprobe", "--quiet", module], check=False, capture_output=True)


def _number(setting: Path) -> int:
    return int(setting.read_text()) if setting.exists() else 0


def _which(command: str) -> str | None:
    return shutil.which(command, path=":".join(FOLDERS))


def _kind_of(folder: Path) -> str:
    """The kind of file system that the folder lies on, or will."""
    while not folder.exists():
        folder = folder.parent
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    kind = ""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        if left.split()[2] == number:
            kind = right.split()[0]
    return "fuse" if kind.startswith("fuse") else "nfs" if kind.startswith("nfs") else kind
