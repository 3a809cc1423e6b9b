"""The browser on this machine: Debian's Chromium, a hosted runner's, or Google's Chrome.

It needs nothing but Python's own library, as checks on the cluster's machine ask it, too.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from walkthrough.errors import UserError

#: What it may be called, as in tools/packages.txt.
PROGRAMS = ("chromium", "google-chrome-stable", "google-chrome")
#: Where packages put it, whatever the search path is.
_FOLDERS = "/usr/local/bin:/usr/bin:/bin"
_SNAP = Path("/usr/bin/snap")


def find(search_path: str | None = None) -> Path:
    """The first of :data:`PROGRAMS` that is no snap's: a snap's sees neither ``/tmp`` nor a home made for it.

    :param search_path: the folders to look in, as ``PATH`` names them; by default that, and the system's.
    :raises UserError: there is none.
    """
    if search_path is None:
        search_path = f"{os.environ.get('PATH', '')}:{_FOLDERS}"
    for program in PROGRAMS:
        for folder in search_path.split(":"):
            found = shutil.which(program, path=folder) if folder else None
            if found is not None and not is_snap(Path(found)):
                return Path(found)
    raise UserError(
        f"there is no Chromium here; it was looked for as {', '.join(PROGRAMS)}",
        where=f"PATH={search_path}",
        fix="tools/setup test, or install Chromium or Chrome from its makers, not as a snap",
    )


def is_snap(program: Path) -> bool:
    """Whether a snap runs it: by a link, or by the script that Ubuntu has in place of a former package."""
    if program.exists() and _SNAP.exists() and program.samefile(_SNAP):
        return True
    with program.open("rb") as opened:
        return opened.read(2) == b"#!" and b"/snap/bin/" in opened.read(65536)
