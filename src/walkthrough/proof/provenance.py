"""What a run was of, and what it was started on: the commit, the machine."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

from walkthrough import git
from walkthrough.project import Project

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def checkout(root: Path) -> dict[str, Any]:
    """What is checked out: the commit, and whether files differ from it."""
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None or not _COMMIT.fullmatch(commit):
        return {"commit": None, "dirty": False}
    # Proofs that are kept are no part of what is run: keeping one does not spoil the next.
    differs = ("status", "--porcelain", "--", ":(top)", f":(exclude){Project(root).kept_proofs.name}")
    # What git cannot tell is not known to be as committed.
    return {"commit": commit, "dirty": _git(root, *differs) != ""}


def _git(root: Path, *arguments: str) -> str | None:
    said = git.answer(root, *arguments)
    return None if said is None else said.strip()


def host() -> dict[str, str | int]:
    """The machine that the run was started on, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cpus": os.cpu_count() or 1,
        "memory_mib": memory,
        "python": platform.python_version(),
    }
