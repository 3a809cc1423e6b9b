"""What git says of a checkout."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SECONDS = 30


def environment() -> dict[str, str]:
    """This process's environment without what is set for another repository, as in a hook of git's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def answer(root: Path, *arguments: str) -> str | None:
    """What git prints, as it is; nothing where it is not there or refuses.

    :param root: the checkout.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            env=environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
