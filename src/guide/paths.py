"""Where things are: the checkout's folders and the XDG folders outside it."""

from __future__ import annotations

from pathlib import Path

from walkthrough import folders

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SNIPPETS = ROOT / "snippets"
MANIFESTS = ROOT / "manifests"
BUILD = ROOT / "build"
PROOFS = BUILD / "proof"
EXPORTS = BUILD / "export"

NAME = "gitops-guide"


def cache_dir() -> Path:
    """Builds and downloads, safe to delete at any time (``$XDG_CACHE_HOME/gitops-guide``)."""
    return folders.cache(NAME)


def state_dir() -> Path:
    """State of clusters that are up (``$XDG_STATE_HOME/gitops-guide``)."""
    return folders.state(NAME)
