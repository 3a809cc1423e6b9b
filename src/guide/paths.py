"""Where things are: the checkout's folders and the XDG folders outside it."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from guide.errors import GuideError

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SNIPPETS = ROOT / "snippets"
MANIFESTS = ROOT / "manifests"
BUILD = ROOT / "build"
PROOFS = BUILD / "proof"
EXPORTS = BUILD / "export"

NAME = "gitops-guide"


def _xdg(variable: str, fallback: str) -> Path:
    value = os.environ.get(variable, "")
    # The XDG specification: a relative path is invalid and must be ignored.
    base = Path(value) if value.startswith("/") else home() / fallback
    return base / NAME


def home() -> Path:
    """The user's home: what ``HOME`` says, or what the system knows where that is no path.

    :raises GuideError: neither says one.
    """
    if os.environ.get("HOME", "").startswith("/"):
        return Path(os.environ["HOME"])
    try:
        known = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        known = ""
    if not known.startswith("/"):
        raise GuideError(
            "nobody knows where this user's home is",
            where="HOME",
            fix="set HOME to a folder, or both XDG_CACHE_HOME and XDG_STATE_HOME",
        )
    return Path(known)


def cache_dir() -> Path:
    """Builds and downloads, safe to delete at any time (``$XDG_CACHE_HOME/gitops-guide``)."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def state_dir() -> Path:
    """State of clusters that are up (``$XDG_STATE_HOME/gitops-guide``)."""
    return _xdg("XDG_STATE_HOME", ".local/state")
