"""Looks at disk, memory and rights before minutes are spent: what is needed, and what there is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from walkthrough.errors import UserError

#: Bytes of memory that are free on a machine on which a cluster can start.
MEMORY = 2 << 30


@dataclass(frozen=True)
class Need:
    """A folder that is to be written to.

    :param size: how many bytes, at least.
    :param what: what for.
    """

    folder: Path
    size: int
    what: str


def check(needs: Iterable[Need], *, memory: int = 0, meminfo: Path = Path("/proc/meminfo")) -> None:
    """Say all that is missing at once.

    :param memory: bytes that must be free.
    :raises UserError: something is missing.
    """
    lacking = [*_disk(needs)]
    if memory and (free := available(meminfo)) is not None and free < memory:
        lacking.append(f"{_gib(memory)} of memory must be free, and {_gib(free)} are")
    if lacking:
        raise UserError(
            "there is not room enough on this machine:\n" + "\n".join(f"  - {each}" for each in lacking),
            fix="make room, or set XDG_CACHE_HOME, XDG_STATE_HOME or TMPDIR to a folder that has it",
        )


def _disk(needs: Iterable[Need]) -> Iterable[str]:
    """What is lacking; those that share a disk need the sum of it."""
    asked: dict[int, tuple[int, list[Need], Path]] = {}
    for need in needs:
        there = _nearest(need.folder)
        if not there.is_dir():
            yield f"{need.what}: {there} is no folder"
        elif why := _refused(there):
            yield f"{need.what}: {there} may not be written to: {why}"
        else:
            device = there.stat().st_dev
            size, others, first = asked.get(device, (0, [], there))
            asked[device] = size + need.size, [*others, need], first
    for size, several, folder in asked.values():
        state = os.statvfs(folder)
        if (free := state.f_bavail * state.f_frsize) < size:
            parts = ", ".join(f"{need.what} {_gib(need.size)} in {need.folder}" for need in several)
            yield f"{_gib(size)} of disk must be free ({parts}), and {_gib(free)} are"


def _refused(folder: Path) -> str:
    """Why nothing can be made in a folder; tried, for rights do not tell of a disk that is read-only."""
    try:
        Path(tempfile.mkdtemp(prefix=".guide-", dir=folder)).rmdir()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest thing above it that is there."""
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def available(meminfo: Path) -> int | None:
    """Bytes of memory that programs can have; nothing where the system does not say."""
    try:
        for line in meminfo.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    except (OSError, ValueError, IndexError):
        pass
    return None


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB" if size >= 2**29 else f"{size / 2**20:.0f} MiB"
