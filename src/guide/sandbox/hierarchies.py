"""The hierarchies of control groups that are mounted on this machine, of version 1 and 2."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hierarchy:
    """One mounted hierarchy.

    :param mountpoint: where it is mounted.
    :param version: 1 or 2.
    :param options: what ``mount`` needs to mount it again, ``cpu,cpuacct`` or ``none,name=systemd``; empty
        for version 2.
    """

    mountpoint: str
    version: int
    options: str


def hierarchies(mountinfo: str | None = None) -> list[Hierarchy]:
    """The hierarchies that are mounted here, each once.

    :param mountinfo: the text to read instead of ``/proc/self/mountinfo``.
    """
    text = Path("/proc/self/mountinfo").read_text() if mountinfo is None else mountinfo
    found: dict[str, Hierarchy] = {}
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        fields, (kind, _, options) = left.split(), right.split(maxsplit=2)
        if kind not in ("cgroup", "cgroup2"):
            continue
        device, mountpoint = fields[2], fields[4]
        version = 2 if kind == "cgroup2" else 1
        found.setdefault(device, Hierarchy(mountpoint, version, _options(options) if version == 1 else ""))
    return list(found.values())


def of_the_processor() -> list[Hierarchy]:
    """The hierarchy whose groups share the processor's time, if there is one."""

    def shares(hierarchy: Hierarchy) -> bool:
        if hierarchy.version == 1:
            return "cpu" in hierarchy.options.split(",")
        return "cpu" in Path(hierarchy.mountpoint, "cgroup.controllers").read_text().split()

    return [one for one in hierarchies() if shares(one)]


def _options(options: str) -> str:
    """The super options of a version 1 mount without those that are not part of its name."""
    other = {"rw", "ro", "clone_children", "xattr", "cpuset_v2_mode", "noprefix", "favordynmods"}
    kept = [
        word for word in options.split(",") if word not in other and not word.startswith("release_agent=")
    ]
    return ",".join(["none", *kept] if all(word.startswith("name=") for word in kept) else kept)
