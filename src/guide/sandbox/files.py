"""Files that the node's programs read: made by the provider or in the machine, and placed there."""

from __future__ import annotations

import grp
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class File:
    """A file that the node's programs read.

    :param group: the group that may read it besides root, or nobody.
    """

    path: Path
    text: str
    secret: bool = False
    group: str | None = None


def place(file: File) -> None:
    """Write a file; it takes the place of the one that is there."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o644
    if file.secret:
        mode = 0o640 if file.group else 0o600
    descriptor = os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(file.text)
    if file.group:
        os.chown(file.path, 0, grp.getgrnam(file.group).gr_gid)
