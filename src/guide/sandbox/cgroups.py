"""One control group a cluster, in every hierarchy of this machine, version 1 and 2 alike.

Every process of a cluster lives in its group or below: that is how they are found and ended, and how pods
get their limits without touching anybody else's groups.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from guide.sandbox.hierarchies import Hierarchy, hierarchies
from walkthrough.errors import UserError

#: What the kubelet looks for in version 2, and ``io``.
CONTROLLERS = ("cpuset", "cpu", "io", "memory", "hugetlb", "pids")

LEAF = "machine"

#: What the kernel's documentation gives to whom a group is handed over, in both versions.
DELEGATED = ("cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "tasks")


def entering(folders: Iterable[Path]) -> list[str]:
    """The command that enters groups, by their folders, and becomes what follows it."""
    script = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"'
    return ["sh", "-c", script, "sh", *map(str, folders), "--"]


class Group:
    """The groups of one cluster, called the same in every hierarchy.

    :param name: the groups' name, ``gitops-guide-<cluster>``.
    """

    def __init__(self, name: str, among: list[Hierarchy] | None = None) -> None:
        self.name = name
        self.hierarchies = hierarchies() if among is None else among

    @property
    def folders(self) -> list[Path]:
        """The group's folder in each hierarchy."""
        return [Path(hierarchy.mountpoint, self.name) for hierarchy in self.hierarchies]

    @property
    def leaves(self) -> list[Path]:
        """Where processes go once the group is their root.

        A version 2 group with controllers for groups below may hold no process itself.
        """
        return [
            folder / LEAF
            for hierarchy, folder in zip(self.hierarchies, self.folders, strict=True)
            if hierarchy.version == 2
        ]

    @property
    def entries(self) -> list[Path]:
        """Where a process goes in each hierarchy."""
        return [
            folder / LEAF if hierarchy.version == 2 else folder
            for hierarchy, folder in zip(self.hierarchies, self.folders, strict=True)
        ]

    def create(self, niceness: int | None = None) -> None:
        """Make the groups.

        :param niceness: how far they stand back where others want the processor, see nice(1); as far as
            this process if it is not given.
        :raises UserError: a hierarchy cannot be written to.
        """
        niceness = os.nice(0) if niceness is None else niceness
        for hierarchy, folder in zip(self.hierarchies, self.folders, strict=True):
            try:
                if hierarchy.version == 2:
                    delegate(Path(hierarchy.mountpoint))
                folder.mkdir(exist_ok=True)
                if hierarchy.version == 2:
                    (folder / LEAF).mkdir(exist_ok=True)
                if (folder / "cpuset.cpus").exists() and hierarchy.version == 1:
                    _inherit_cpuset(folder)
                if niceness:
                    _stand_back(folder, niceness)
            except OSError as error:
                raise UserError(
                    f"a control group cannot be made: {error.strerror}",
                    where=str(folder),
                    fix="the embedded cluster needs a machine or a virtual machine of its own: "
                    "in a container it may not make control groups",
                ) from error

    def stand_back(self, niceness: int) -> None:
        """Let them stand back where others want the processor, see nice(1); 0: no more than others do.

        :raises OSError: they are not there.
        """
        for folder in self.folders:
            _stand_back(folder, niceness)

    def hand_over(self, owner: int) -> None:
        """Let another user make groups below these; what limits the groups themselves stays root's."""
        for folder in (*self.folders, *self.leaves):
            for path in (folder, *(folder / name for name in DELEGATED)):
                if path.exists():
                    os.chown(path, owner, owner)

    def enter_leaves(self, *processes: int) -> None:
        """Move processes out of the group that has groups below it, where such a one may hold none."""
        for leaf in self.leaves:
            for process in processes:
                (leaf / "cgroup.procs").write_text(str(process))

    def processes(self) -> set[int]:
        """The process ids of everything in the groups and below."""
        found: set[int] = set()
        for folder in self.folders:
            for path in _tree(folder):
                with suppress(OSError):
                    found.update(int(line) for line in (path / "cgroup.procs").read_text().split())
        # Process 0 is one that this namespace cannot see.
        return found - {0}

    def kill(self, deadline: float = 30) -> None:
        """End every process in the groups, and wait until they are gone.

        :param deadline: seconds.
        :raises UserError: some are still there then.
        """
        until = time.monotonic() + deadline
        ending: list[int] = []
        try:
            while processes := self.processes():
                for pid in processes:
                    with suppress(ProcessLookupError):
                        ending.append(os.pidfd_open(pid))
                        os.kill(pid, signal.SIGKILL)
                # A process leaves its group before it has let go of files, mounts and namespaces.
                while ending:
                    done, _, _ = select.select(ending, [], [], max(0.0, until - time.monotonic()))
                    if not done:
                        raise UserError(
                            f"processes of the cluster do not end: {sorted(processes)}",
                            where=self.name,
                            fix="look at them with ps; one in state D waits for a disk or a device",
                        )
                    for descriptor in done:
                        ending.remove(descriptor)
                        os.close(descriptor)
        finally:
            for descriptor in ending:
                os.close(descriptor)

    def remove(self, deadline: float = 30) -> None:
        """End what runs in the groups and remove them.

        :param deadline: seconds.
        :raises UserError: something keeps them.
        """
        self.kill(deadline)
        until = time.monotonic() + deadline
        while left := [path for folder in self.folders for path in _tree(folder) if not _removed(path)]:
            if time.monotonic() > until:
                raise UserError(
                    "control groups of the cluster cannot be removed",
                    where=str(left[0]),
                    fix="end what its cgroup.procs names",
                )
            time.sleep(0.02)


def _tree(folder: Path) -> Iterator[Path]:
    """The group's folder and all below it, the deepest first."""
    for path, folders, _ in os.walk(folder, topdown=False):
        del folders
        yield Path(path)


def _removed(path: Path) -> bool:
    try:
        path.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _inherit_cpuset(folder: Path) -> None:
    """Give a fresh version 1 group its parent's processors and memory: it has none, and takes no process."""
    (folder / "cgroup.clone_children").write_text("1")
    for name in ("cpuset.cpus", "cpuset.mems"):
        if not (folder / name).read_text().strip():
            (folder / name).write_text((folder.parent / name).read_text())


def _stand_back(folder: Path, niceness: int) -> None:
    """Let a group stand back: the niceness of its processes counts among themselves only."""
    if (shares := folder / "cpu.shares").exists():
        # The kernel's scale: a step of niceness is worth a quarter of the processor's time.
        shares.write_text(str(round(1024 / 1.25**niceness)))
    elif (weight := folder / "cpu.weight.nice").exists():
        weight.write_text(str(niceness))


def delegate(folder: Path) -> None:
    """Let groups below a version 2 group use the controllers that it has."""
    available = set((folder / "cgroup.controllers").read_text().split())
    enabled = set((folder / "cgroup.subtree_control").read_text().split())
    for controller in CONTROLLERS:
        if controller in available - enabled:
            (folder / "cgroup.subtree_control").write_text(f"+{controller}")
