"""The system files of the cluster's machine: names, users, trust, and what containers start from.

Runs as the machine's root, in the machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from guide.sandbox import layout
from guide.sandbox.containers import BUNDLE, specification

#: MicroK8s leaves the firewall alone where this file is.
_LEFT_ALONE = layout.SNAP_DATA / "var/lock/skip.ufw"
#: The interfaces of Calico, as ufw is told of them.
_CALICO = ("vxlan.calico", "cali+")
#: What the firewall's service runs while a machine starts, its settings, and the rules of a new machine.
_FIREWALL, _SETTINGS, _NO_RULES = Path("/lib/ufw/ufw-init"), Path("/etc/ufw"), Path("/usr/share/ufw/iptables")


def name() -> None:
    """Name the machine."""
    subprocess.run(["hostname", layout.HOSTNAME], check=True)


def load_firewall() -> None:
    """Load the firewall's rules where the reader has turned it on, as its service does on a real machine."""
    subprocess.run([_FIREWALL, "start", "quiet"], check=True)


def accept_pods() -> None:
    """Forward all that comes from or goes to a pod, behind the rules that are there, as MicroK8s does.

    As there, what the firewall refuses to take keeps nothing from starting.
    """
    words = ["--match", "comment", "--comment", "generated for MicroK8s pods", "--jump", "ACCEPT"]

    def rule(change: str, way: str) -> int:
        command = ["/usr/sbin/iptables", "--wait", change, "FORWARD", way, layout.POD_RANGE, *words]
        return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode

    # It looks for the first of the two alone.
    if rule("--check", "--source"):
        for way in ("--source", "--destination"):
            rule("--append", way)


def allow_pods() -> None:
    """Tell the firewall, if it is on, to let pods in and out: MicroK8s does whenever its Kubernetes starts.

    As there, a firewall that refuses keeps nothing from starting.
    """
    # Asking ufw itself would cost each start of a cluster a tenth of a second.
    if _LEFT_ALONE.exists() or "ENABLED=yes" not in (_SETTINGS / "ufw.conf").read_text().splitlines():
        return
    for interface in _CALICO:
        for direction in ("in", "out"):
            rule = ["/usr/sbin/ufw", "allow", direction, "on", interface]
            subprocess.run(rule, stdin=subprocess.DEVNULL, check=False)


def write_files() -> None:
    """Write the machine's name, its name server, its users and their groups, and make the reader's home."""
    _replace("/etc/hostname", f"{layout.HOSTNAME}\n")
    _replace("/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {layout.HOSTNAME}\n::1 localhost ip6-localhost\n")
    _replace("/etc/resolv.conf", f"nameserver {layout.OUTSIDE_ADDRESS}\n")
    _replace("/etc/passwd", with_user(Path("/etc/passwd").read_text()))
    _replace("/etc/group", with_groups(Path("/etc/group").read_text()))
    # A login shell sets a search path of its own.
    _replace("/etc/profile.d/zz-sandbox.sh", f"PATH={layout.ENVIRONMENT['PATH']}\n")
    # On a new machine the firewall is off and has no rules, whatever it is on this one.
    settings = _SETTINGS / "ufw.conf"
    settings.write_text(re.sub("^ENABLED=.*$", "ENABLED=no", settings.read_text(), flags=re.MULTILINE))
    for rules in ("user.rules", "user6.rules"):
        shutil.copyfile(_NO_RULES / rules, _SETTINGS / rules)
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


def write_addons(manifests: Mapping[str, str]) -> None:
    """Put MicroK8s' addon manifests, by name, where its commands look for them."""
    layout.ADDONS.mkdir(parents=True, exist_ok=True)
    for name, text in manifests.items():
        (layout.ADDONS / f"{name}.yaml").write_text(text)


def trust(certificate: Path) -> None:
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


def write_containers() -> None:
    """Write what containers start from: they trust what the machine trusts now, whatever its user adds."""
    shutil.copyfile(BUNDLE, layout.CONTAINER_AUTHORITIES)
    default = subprocess.run(
        [layout.BINARIES / "ctr", "oci", "spec"], check=True, capture_output=True, text=True
    ).stdout
    layout.CONTAINER.write_text(specification(default, layout.CONTAINER_AUTHORITIES))
