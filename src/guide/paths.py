"""Where things are: the checkout's folders and the XDG folders outside it."""

from __future__ import annotations

import os
from pathlib import Path

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
    base = Path(value) if value.startswith("/") else Path.home() / fallback
    return base / NAME


def cache_dir() -> Path:
    """Builds and downloads, safe to delete at any time (``$XDG_CACHE_HOME/gitops-guide``)."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def state_dir() -> Path:
    """State of clusters that are up (``$XDG_STATE_HOME/gitops-guide``)."""
    return _xdg("XDG_STATE_HOME", ".local/state")
