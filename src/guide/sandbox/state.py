"""What a cluster keeps on disk, who holds it, and which clusters there are."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guide.paths import state_dir
from guide.sandbox.cgroups import Group
from guide.sandbox.hierarchies import hierarchies
from walkthrough.errors import UserError
from walkthrough.machine.command import poll

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")


def _prefix() -> str:
    """What the control groups of this user's clusters begin with.

    Groups are the machine's, state folders a user's: a sweep must see no one else's clusters.
    """
    return f"gitops-guide-{hashlib.sha256(str(clusters_folder()).encode()).hexdigest()[:6]}-"


def clusters_folder() -> Path:
    """Where the state of every embedded cluster is."""
    return state_dir() / "sandbox"


class Lock:
    """A lock that ends with the last process that holds it, however that process ends.

    The cluster's first process inherits it: a lock that can be taken is the proof that nothing runs.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Lock | None:
        """Take the lock, or nothing where somebody holds it."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return None
            # Whoever held it may have removed the file meanwhile: then this is a lock on nothing.
            if path.exists() and path.stat().st_ino == os.fstat(descriptor).st_ino:
                return cls(path, descriptor)
            os.close(descriptor)

    def release(self) -> None:
        """Let go here; processes that inherited it still hold it."""
        os.close(self.descriptor)

    def remove(self) -> None:
        """Remove the lock's file and let go."""
        self.path.unlink(missing_ok=True)
        self.release()


@dataclass(frozen=True)
class State:
    """The state of the cluster called ``name``.

    :raises UserError: the name cannot be a folder, a control group and a host name at once.
    """

    name: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise UserError(
                f"a cluster cannot be called {self.name!r}",
                fix="use up to 30 small letters, digits and hyphens, like 'guide-2'",
            )

    @property
    def folder(self) -> Path:
        """Everything the cluster writes."""
        return clusters_folder() / self.name

    @property
    def logs(self) -> Path:
        """One log a component."""
        return self.folder / "logs"

    @property
    def group(self) -> Group:
        """The cluster's control groups."""
        return Group(f"{_prefix()}{self.name}")

    def take(self) -> Lock | None:
        """The cluster's lock, or nothing where it runs or is being made."""
        return Lock.take(clusters_folder() / f"{self.name}.lock")

    def wait(
        self,
        *,
        timeout: float,
        meanwhile: Callable[[], None] = lambda: None,
        unless: Callable[[], bool] = lambda: False,
    ) -> Lock | None:
        """The cluster's lock, as soon as nobody holds it: then nothing of the cluster runs.

        :param timeout: seconds to wait for it.
        :param meanwhile: done before each try.
        :param unless: wait no longer when this is true.
        """
        taken: list[Lock] = []

        def settled() -> bool:
            meanwhile()
            lock = self.take()
            if lock is not None:
                taken.append(lock)
            return lock is not None or unless()

        poll(settled, timeout=timeout, interval=0.02)
        return taken[0] if taken else None

    def read(self, name: str) -> dict[str, Any]:
        """A JSON file of the cluster's folder; empty where it is not there, or cannot be read."""
        try:
            content = json.loads((self.folder / name).read_text())
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def remove(self) -> None:
        """End and remove everything of the cluster but its lock; nothing to do is fine."""
        self.group.remove()
        # What pods write may be anybody's and read-only: root removes it, and no mount is visible here.
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.exists():
            shutil.rmtree(self.folder)


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file that is there whole or not at all, with exactly these permissions."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    part.chmod(mode)
    part.rename(path)


def states() -> Iterator[State]:
    """Every cluster that left a trace: its folder, its lock or its control groups."""
    names = set()
    if clusters_folder().is_dir():
        names |= {path.name.removesuffix(".lock") for path in clusters_folder().iterdir()}
    for hierarchy in hierarchies():
        groups = Path(hierarchy.mountpoint).glob(f"{_prefix()}*")
        names |= {path.name.removeprefix(_prefix()) for path in groups}
    for name in sorted(names):
        if NAME.fullmatch(name):
            yield State(name)


def sweep() -> list[str]:
    """Remove what clusters left behind whose processes are gone; the names of those."""
    swept = []
    for state in states():
        lock = state.take()
        if lock is None:
            continue
        try:
            state.remove()
            swept.append(state.name)
        finally:
            lock.remove()
    return swept
