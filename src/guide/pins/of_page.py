"""What a page takes from the files of pins: its products' versions, upstream files, digests of images.

A proof was made with these. Once one of them is another, it says nothing about the page any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from guide.pins.references import mentions
from guide.upstream import lock
from walkthrough.errors import UserError
from walkthrough.inputs import read_yaml
from walkthrough.project import Project


def digest(project: Project, products: Iterable[str], bodies: Sequence[str]) -> str:
    """The SHA-256 of all pins that a page relies on.

    What is wrong with one of the files is told by ``guide check``; here it pins nothing.

    :param products: as its front matter names them.
    :param bodies: its blocks'.
    """
    versions, upstream, images = (
        _read(project.manifests / name, read)
        for name, read in (("versions.yaml", _mapping), ("upstream.lock", lock), ("images.lock", _digests))
    )
    text = "\n".join(bodies)
    relied = {
        "products": {name: versions.get(name) for name in sorted(products)},
        "upstream": {url: of for url, of in sorted(upstream.items()) if url in text},
        "images": {
            image: images.get(image)
            for image in sorted({each.reference.tagged for body in bodies for each in mentions(body)})
        },
    }
    return hashlib.sha256(json.dumps(relied, sort_keys=True).encode()).hexdigest()


def _read(path: Path, read: Any) -> Mapping[str, Any]:
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _as_of(path, changed, read)


@lru_cache(maxsize=16)
def _as_of(path: Path, changed: int, read: Any) -> Mapping[str, Any]:
    """What a file held when it last changed: every page asks."""
    try:
        found: Mapping[str, Any] = read(path)
    except UserError:
        return {}
    return found


def _mapping(path: Path) -> dict[str, Any]:
    data = read_yaml(path).value
    return data if isinstance(data, dict) else {}


def _digests(path: Path) -> dict[str, Any]:
    # Where and when a digest was seen is no part of what it pins.
    return {image: row.get("digest") for image, row in _mapping(path).items() if isinstance(row, dict)}
