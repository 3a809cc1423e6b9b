"""The machine that the node and the reader's shell live on: this one's files, copied on write.

Runs inside the cluster's own namespaces, as root, before the node's programs start.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox import cgroups, layout, mounts
from guide.sandbox.containers import BUNDLE, specification
from guide.sandbox.files import File, place
from guide.sandbox.mounts import Flag

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
    :param files: what the node's programs read.
    """

    folder: Path
    binaries: Mapping[str, Path]
    commands: Path
    shown: Mapping[Path, Path]
    addons: Mapping[str, str]
    files: Sequence[File]


def build(plan: Plan) -> None:
    """Build the machine and make it this process' root."""
    hierarchies = cgroups.hierarchies()
    root = plan.folder / "root"
    os.chdir(plan.folder)
    _overlay("/", "root", "upper")
    for number, separate in enumerate(separate_folders(Path("/proc/self/mountinfo").read_text())):
        _overlay(separate, f"root{separate}", f"upper-{number}")
    for name, (path, mode) in FRESH_FOLDERS.items():
        source = plan.folder / "data" / name
        source.mkdir(parents=True, exist_ok=True)
        source.chmod(mode)
        mounts.bind(source, f"{root}{path}")
    for there, here in plan.shown.items():
        mounts.bind(here, f"{root}{there}", read_only=True)
    _kernel_folders(root, hierarchies)
    _snap(root, plan)
    mounts.pivot(root)
    # Volumes with mount propagation need a shared tree; nobody outside is a peer of it.
    mounts.mount("none", "/", flags=Flag.SHARED | Flag.RECURSIVE)
    for hierarchy in hierarchies:
        if hierarchy.version == 2:
            cgroups.delegate(Path(hierarchy.mountpoint))
    _system_files()
    _addons(plan.addons)
    for file in plan.files:
        place(file)
    _trust(Path("/usr/local/share/ca-certificates/sandbox-outside.crt"))
    _containers()


def _overlay(lower: str, target: str, name: str) -> None:
    """Show ``lower`` at ``target`` with what is written kept apart. All but ``lower`` is relative to here."""
    for folder in (target, f"{name}/upper", f"{name}/work"):
        Path(folder).mkdir(parents=True, exist_ok=True)
    # Nothing here outlives a crash, so nothing needs to reach the disk in time ("volatile").
    options = f"upperdir={name}/upper,workdir={name}/work,index=off,metacopy=off,volatile"
    mounts.mount("overlay", target, "overlay", options=f"lowerdir={lower},{options}")


def separate_folders(mountinfo: str) -> list[str]:
    """Those of :data:`SYSTEM_FOLDERS` that are file systems of their own, parents first."""
    mountpoints = {line.split()[4] for line in mountinfo.splitlines()}
    return [folder for folder in SYSTEM_FOLDERS if folder in mountpoints]


def _kernel_folders(root: Path, hierarchies: Iterable[cgroups.Hierarchy]) -> None:
    mounts.mount("proc", root / "proc", "proc", Flag.NO_SUID | Flag.NO_DEV | Flag.NO_EXEC)
    # The kernel's settings are the whole machine's, except those of the network.
    mounts.bind(root / "proc/sys", root / "proc/sys", read_only=True)
    for name, value in KUBELET_SETTINGS.items():
        seen = root.parent / "settings" / name
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.write_text(f"{value}\n")
        if (root / "proc/sys" / name).exists():
            mounts.bind(seen, root / "proc/sys" / name, read_only=True)
    mounts.bind(root / "proc/sys/net", root / "proc/sys/net")
    mounts.mount("none", root / "proc/sys/net", flags=Flag.BIND | Flag.REMOUNT)
    mounts.mount("sysfs", root / "sys", "sysfs", Flag.NO_SUID | Flag.NO_DEV | Flag.NO_EXEC)
    # In a control group namespace of its own the cluster's group is the root of each hierarchy.
    unified = [hierarchy for hierarchy in hierarchies if hierarchy.mountpoint == "/sys/fs/cgroup"]
    if not unified:
        mounts.tmpfs(root / "sys/fs/cgroup")
    for hierarchy in hierarchies:
        target = f"{root}{hierarchy.mountpoint}"
        Path(target).mkdir(parents=True, exist_ok=True)
        kind = "cgroup" if hierarchy.version == 1 else "cgroup2"
        mounts.mount("cgroup", target, kind, Flag.NO_SUID | Flag.NO_DEV | Flag.NO_EXEC, hierarchy.options)
    mounts.bind("/dev", root / "dev", recursive=True)
    mounts.tmpfs(root / "dev/shm", 0o1777)
    mounts.tmpfs(root / "run")
    (root / "run/lock").mkdir(mode=0o1777)


def _snap(root: Path, plan: Plan) -> None:
    """The node's programs and the stand-in commands, where the snap has its own."""
    snap = root / "snap"
    mounts.tmpfs(snap)
    for name, path in plan.binaries.items():
        mounts.bind(path, f"{root}{layout.BINARIES}/{name}", read_only=True)
    for command in plan.commands.iterdir():
        mounts.bind(command, f"{root}{layout.COMMANDS}/{command.name}", read_only=True)
    mounts.bind(plan.binaries["kubectl"], f"{root}{layout.COMMANDS}/kubectl", read_only=True)
    mounts.bind(plan.commands.parent / "microk8s", f"{root}{layout.SNAP}/wrappers", read_only=True)
    # setpriv, able to become root whoever calls it: the stand-in for sudo is a script around it.
    become_root = root / layout.SNAP.relative_to("/") / "become-root"
    setpriv = shutil.which("setpriv")
    assert setpriv is not None, "preflight has seen setpriv"
    shutil.copyfile(setpriv, become_root)
    become_root.chmod(0o4755)
    mounts.mount("none", snap, flags=Flag.BIND | Flag.REMOUNT | Flag.READ_ONLY)


def _system_files() -> None:
    subprocess.run(["hostname", layout.HOSTNAME], check=True)
    _replace("/etc/hostname", f"{layout.HOSTNAME}\n")
    _replace("/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {layout.HOSTNAME}\n::1 localhost ip6-localhost\n")
    _replace("/etc/resolv.conf", f"nameserver {layout.OUTSIDE_ADDRESS}\n")
    _replace("/etc/passwd", with_user(Path("/etc/passwd").read_text()))
    _replace("/etc/group", with_groups(Path("/etc/group").read_text()))
    # A login shell sets a search path of its own.
    _replace("/etc/profile.d/zz-sandbox.sh", f"PATH={layout.ENVIRONMENT['PATH']}\n")
    home = Path(layout.HOME)
    shutil.copytree("/etc/skel", home, symlinks=True)
    for path in (home, *home.rglob("*")):
        os.chown(path, layout.USER_ID, layout.USER_ID, follow_symlinks=False)
    home.chmod(0o750)


def _replace(path: str, text: str) -> None:
    """Write a system file, in place of a link to what a service would write."""
    if Path(path).is_symlink():
        Path(path).unlink()
    Path(path).write_text(text)


def with_user(passwd: str) -> str:
    """``/etc/passwd`` with the reader's user, and with no other user of that name or number."""
    line = f"{layout.USER}:x:{layout.USER_ID}:{layout.USER_ID}:Ubuntu:{layout.HOME}:/bin/bash"
    return _with_entry(passwd, line, layout.USER, layout.USER_ID)


def with_groups(group: str) -> str:
    """``/etc/group`` with the reader's groups: its own, ``sudo``, and MicroK8s' own."""
    text = _with_entry(group, f"{layout.USER}:x:{layout.USER_ID}:", layout.USER, layout.USER_ID)
    taken = {fields[2] for line in text.splitlines() if len(fields := line.split(":")) > 2}
    for name, preferred in (("sudo", 27), ("microk8s", 998)):
        if re.search(rf"^{name}:", text, re.M):
            text = re.sub(rf"^({name}:[^:]*:[^:]*):(.*)$", _add_member, text, flags=re.M)
        else:
            number = next(number for number in range(preferred, 0, -1) if str(number) not in taken)
            taken.add(str(number))
            text += f"{name}:x:{number}:{layout.USER}\n"
    return text


def _add_member(match: re.Match[str]) -> str:
    members = [member for member in match[2].split(",") if member and member != layout.USER]
    return f"{match[1]}:{','.join([*members, layout.USER])}"


def _with_entry(text: str, entry: str, name: str, number: int) -> str:
    kept = [
        line
        for line in text.splitlines()
        if (fields := line.split(":"))[0] != name and (len(fields) < 3 or fields[2] != str(number))
    ]
    return "\n".join([*kept, entry]) + "\n"


def _addons(manifests: Mapping[str, str]) -> None:
    layout.ADDONS.mkdir(parents=True, exist_ok=True)
    for name, text in manifests.items():
        (layout.ADDONS / f"{name}.yaml").write_text(text)


def _trust(certificate: Path) -> None:
    """Trust a certificate authority as ``update-ca-certificates`` would, without its second of work.

    A later run of that command keeps it, and counts only what the reader adds.
    """
    link = BUNDLE.parent / certificate.with_suffix(".pem").name
    link.symlink_to(certificate)
    hashed = subprocess.run(
        ["openssl", "x509", "-noout", "-subject_hash", "-in", str(certificate)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (BUNDLE.parent / f"{hashed}.0").symlink_to(link.name)
    with BUNDLE.open("a") as bundle:
        bundle.write(certificate.read_text())


def _containers() -> None:
    """Write what containers start from: they trust what the machine trusts now, whatever its user adds."""
    shutil.copyfile(BUNDLE, layout.CONTAINER_AUTHORITIES)
    default = subprocess.run(
        [layout.BINARIES / "ctr", "oci", "spec"], check=True, capture_output=True, text=True
    ).stdout
    layout.CONTAINER.write_text(specification(default, layout.CONTAINER_AUTHORITIES))
