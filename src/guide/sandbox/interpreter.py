"""The harness's own Python on the machine, where the folders that it stands in may be hidden."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import guide
from guide.sandbox import layout

_PYTHON = layout.HARNESS / "python"


def folders() -> dict[str, str]:
    """What the machine shows of it: path there = path here."""
    shown = {_PYTHON: Path(sys.base_prefix), layout.HARNESS / "guide": Path(guide.__file__).parent.parent}
    # For tests only, so it may not be installed.
    playwright = find_spec("playwright")
    if playwright is not None and playwright.origin is not None:
        shown[layout.HARNESS / "packages"] = Path(playwright.origin).parent.parent
    return {str(there): str(here) for there, here in shown.items()}


def command() -> list[str]:
    """The command that runs it there."""
    executable = Path(sys.executable).resolve().relative_to(Path(sys.base_prefix).resolve())
    return [
        "env",
        f"PYTHONPATH={layout.HARNESS / 'guide'}:{layout.HARNESS / 'packages'}",
        # Its own library, where it has one, is looked for where it was installed.
        f"LD_LIBRARY_PATH={_PYTHON / 'lib'}",
        str(_PYTHON / executable),
        # What it is shown cannot be written to.
        "-B",
    ]
