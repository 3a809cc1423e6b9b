"""The machine that the node and the reader's shell live on: this one's files, copied on write.

Runs inside the cluster's own namespaces, as root, before the node's programs start.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox import cgroups, layout, mounts, system
from guide.sandbox.files import File, place
from guide.sandbox.hierarchies import Hierarchy, hierarchies
from guide.sandbox.mounts import Flag
from guide.sandbox.namespaces import Kind, Realm, become_root, enter, unshare

#: The machine's root before it is that, in the state folder.
ROOT = "root"

KERNEL_FOLDERS = ("/proc", "/sys", "/dev", "/run")
NOTHING_RUNS = Flag.NO_SUID | Flag.NO_DEV | Flag.NO_EXEC
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

#: Folders of a system that some machines keep on a file system of its own.
SYSTEM_FOLDERS = ("/usr", "/usr/local", "/opt", "/etc", "/var", "/var/lib", "/var/cache")

#: Settings of the whole machine that the kubelet changes, or does not start. In the cluster's machine they
#: read as it wants them, and this one's stay as they are.
KUBELET_SETTINGS = {
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "kernel/keys/root_maxkeys": 1000000,
    "kernel/keys/root_maxbytes": 25000000,
}

#: Folders that are empty at first, and on the state folder's own file system, as overlays, databases and
#: volumes need it. Some would show what is this machine's own: homes, authorities, hooks.
FRESH_FOLDERS = {
    "common": (layout.SNAP_COMMON, 0o755),
    "current": (layout.SNAP_DATA, 0o755),
    "kubelet": (layout.KUBELET, 0o755),
    "cni": (Path("/var/lib/cni"), 0o755),
    "home": (Path("/home"), 0o755),
    "root-home": (Path("/root"), 0o700),
    "tmp": (Path("/tmp"), 0o1777),
    "var-tmp": (Path("/var/tmp"), 0o1777),
    "authorities": (Path("/usr/local/share/ca-certificates"), 0o755),
    "authority-hooks": (Path("/etc/ca-certificates/update.d"), 0o755),
}


@dataclass(frozen=True)
class Plan:
    """What the machine is made of.

    :param folder: the cluster's state folder.
    :param binaries: the node's programs, by name.
    :param commands: the folder of stand-in commands; the parts of that for microk8s are beside it.
    :param shown: folders of this machine that are seen there, read only: path there = path here.
    :param addons: MicroK8s' addon manifests, rendered, by name.
    :param files: what the node's programs read; none for a machine that has all its files already.
    """

    folder: Path
    binaries: Mapping[str, Path]
    commands: Path
    shown: Mapping[Path, Path]
    addons: Mapping[str, str]
    files: Sequence[File] | None


def build(plan: Plan, realm: Realm) -> None:
    """Mount all that the machine is made of below its root; this process is in a mount namespace of its own.

    :param realm: whose root the machine's root is.
    """
    mounted = hierarchies()
    separate = separate_folders(Path("/proc/self/mountinfo").read_text())
    os.chdir(plan.folder)
    users = realm.users if realm.first else None
    for number, lower in enumerate(("/", *separate)):
        _overlay(lower, f"root{lower}", f"layers/{number}", realm)
    root = plan.folder / ROOT
    targets = [path for path, _ in FRESH_FOLDERS.values()]
    # Only the machine's own root may make folders there.
    os.chdir(root)
    realm.do(lambda: _folders([*targets, *plan.shown, *map(Path, KERNEL_FOLDERS), Path("/snap")]))
    os.chdir(plan.folder)
    for name, (path, mode) in FRESH_FOLDERS.items():
        source = plan.folder / "data" / name
        source.mkdir(parents=True, exist_ok=True)
        os.chown(source, realm.first, realm.first)
        source.chmod(mode)
        mounts.bind(source, f"{root}{path}")
    for there, here in plan.shown.items():
        mounts.bind(here, f"{root}{there}", read_only=True, users=users)
    _snap(root, plan, realm.first, users)
    _devices(root / "dev", realm.first)
    mounts.tmpfs(root / "run", owner=realm.first)
    # What these show, and who may write there, is settled by the namespaces of whoever mounts them.
    enter(realm.descriptor, Kind.NET | Kind.CGROUP)
    _network()
    _kernel_folders(root, mounted)


def settle(plan: Plan, realm: Realm) -> None:
    """Make the built machine this process' root, enter the realm and write what the machine's files say.

    This process is the first one of the machine's PID namespace.
    """
    root = plan.folder / ROOT
    mounts.mount("proc", root / "proc", "proc", NOTHING_RUNS)
    mounts.pivot(root)
    enter(realm.descriptor, Kind.USER | Kind.IPC | Kind.UTS)
    # From here on nothing that is mounted above can be taken away or changed by the machine's root.
    unshare(Kind.MOUNT)
    become_root()
    # Volumes with mount propagation need a shared tree; nobody outside is a peer of it.
    mounts.mount("none", "/", flags=Flag.SHARED | Flag.RECURSIVE)
    _terminals()
    _settings()
    for hierarchy in hierarchies():
        if hierarchy.version == 2:
            cgroups.delegate(Path(hierarchy.mountpoint))
    system.name()
    if plan.files is None:
        system.load_firewall()
        return
    system.write_files()
    system.write_addons(plan.addons)
    for file in plan.files:
        place(file)
    system.trust(Path("/usr/local/share/ca-certificates/sandbox-outside.crt"))
    system.write_containers()


def _overlay(lower: str, target: str, layers: str, realm: Realm) -> None:
    """Show ``lower`` at ``target`` with what is written kept apart. All but ``lower`` is relative to here."""
    for folder in (target, f"{layers}/lower", f"{layers}/upper/files", f"{layers}/upper/work"):
        Path(folder).mkdir(parents=True, exist_ok=True)
    upper = f"{layers}/upper"
    os.chown(f"{upper}/files", realm.first, realm.first)
    shown = f"{layers}/lower"
    mounts.bind(lower, shown, users=realm.users if realm.first else None)
    # Nothing here outlives a crash, so nothing needs to reach the disk in time ("volatile").
    options = f"upperdir={upper}/files,workdir={upper}/work,index=off,metacopy=off,volatile"
    mounts.mount("overlay", target, "overlay", Flag.NO_DEV, f"lowerdir={shown},{options}")


def _folders(paths: Iterable[Path]) -> None:
    for path in paths:
        Path(f".{path}").mkdir(parents=True, exist_ok=True)


def separate_folders(mountinfo: str) -> list[str]:
    """Those of :data:`SYSTEM_FOLDERS` that are file systems of their own, parents first."""
    mountpoints = {line.split()[4] for line in mountinfo.splitlines()}
    return [folder for folder in SYSTEM_FOLDERS if folder in mountpoints]


def _network() -> None:
    """Let the machine hand on packets: its pods' network is behind it."""
    bridged = (f"net/bridge/bridge-nf-call-{tables}" for tables in ("iptables", "ip6tables"))
    for setting in ("net/ipv4/ip_forward", *bridged):
        # Without the bridge's module there is no such setting; preflight has tried to load it.
        with suppress(FileNotFoundError):
            Path("/proc/sys", setting).write_text("1")


def _kernel_folders(root: Path, mounted: list[Hierarchy]) -> None:
    mounts.mount("sysfs", root / "sys", "sysfs", NOTHING_RUNS)
    # In a control group namespace of its own the cluster's group is the root of each hierarchy.
    unified = [hierarchy for hierarchy in mounted if hierarchy.mountpoint == "/sys/fs/cgroup"]
    if not unified:
        mounts.tmpfs(root / "sys/fs/cgroup")
    for hierarchy in mounted:
        target = f"{root}{hierarchy.mountpoint}"
        Path(target).mkdir(parents=True, exist_ok=True)
        kind = "cgroup" if hierarchy.version == 1 else "cgroup2"
        mounts.mount("cgroup", target, kind, NOTHING_RUNS, hierarchy.options)


def _devices(dev: Path, owner: int) -> None:
    """Those that no machine can do without; its root can make no others."""
    mounts.tmpfs(dev, owner=owner)
    for name in DEVICES:
        mounts.bind(f"/dev/{name}", dev / name)
    links = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}
    for name, aim in links.items():
        (dev / name).symlink_to(aim)
    (dev / "pts").mkdir()
    mounts.tmpfs(dev / "shm", 0o1777, owner)


def _terminals() -> None:
    options = "newinstance,ptmxmode=0666,mode=0620,gid=5"
    mounts.mount("devpts", "/dev/pts", "devpts", Flag.NO_SUID | Flag.NO_EXEC, options)


def _settings() -> None:
    """Show the kubelet what it wants to see of settings that are the whole kernel's."""
    Path("/run/lock").mkdir(mode=0o1777)
    Path("/run/lock").chmod(0o1777)
    for name, value in KUBELET_SETTINGS.items():
        seen = Path("/run/settings", name)
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.write_text(f"{value}\n")
        if Path("/proc/sys", name).exists():
            mounts.bind(seen, Path("/proc/sys", name), read_only=True)


def _snap(root: Path, plan: Plan, owner: int, users: int | None) -> None:
    """The node's programs and the stand-in commands, where the snap has its own."""
    snap = root / "snap"
    mounts.tmpfs(snap, owner=owner)
    shown = {
        **{layout.BINARIES / name: path for name, path in plan.binaries.items()},
        **{layout.COMMANDS / command.name: command for command in plan.commands.iterdir()},
        layout.COMMANDS / "kubectl": plan.binaries["kubectl"],
        layout.SNAP / "wrappers": plan.commands.parent / "microk8s",
    }
    for there, here in shown.items():
        mounts.bind(here, f"{root}{there}", read_only=True, users=users)
    # setpriv, able to become root whoever calls it: the stand-in for sudo is a script around it.
    become_root = root / layout.SNAP.relative_to("/") / "become-root"
    setpriv = shutil.which("setpriv")
    assert setpriv is not None, "preflight has seen setpriv"
    shutil.copyfile(setpriv, become_root)
    os.chown(become_root, owner, owner)
    become_root.chmod(0o4755)
    mounts.mount("none", snap, flags=Flag.BIND | Flag.REMOUNT | Flag.READ_ONLY)
