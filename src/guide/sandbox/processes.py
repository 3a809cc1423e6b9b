"""Which of the machine's processes are whose."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def containers(proc: Path = Path("/proc")) -> list[int]:
    """The processes of all containers: containerd's shims, and everything below them."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for path in proc.iterdir():
        if not path.name.isdigit():
            continue
        with suppress(OSError):
            # The name, in brackets, may itself hold spaces and brackets.
            head, _, tail = (path / "stat").read_text().rpartition(")")
            parents[int(path.name)] = int(tail.split()[1])
            if head.partition("(")[2].startswith("containerd-shim"):
                found.add(int(path.name))
    while below := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= below
    return sorted(found)
