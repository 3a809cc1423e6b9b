"""``mkdocs.yml``, as far as this package builds on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import Data, parse_yaml, read_text
from walkthrough.inputs.schema import held

CONFIG = "mkdocs.yml"


def read(root: Path) -> Data:
    """The file of the site in a folder.

    :raises UserError: it is not there or not right, or has a tag by which reading it could run something.
    """
    return _read(read_text(root / CONFIG, CONFIG))


# Each page is read with a project of its own, and all of them have the same file.
@lru_cache(maxsize=4)
def _read(text: str) -> Data:
    data = held(parse_yaml(text, CONFIG, tags=harmless.TAGS), "mkdocs")
    if "INHERIT" in data.value:
        raise UserError(
            f"{CONFIG} inherits from another file, and only {CONFIG} itself is read here",
            where=data.where(("INHERIT",)),
            fix="write nav, markdown_extensions, plugins and extra into it",
        )
    for number, entry in enumerate(data.value.get("markdown_extensions") or []):
        for name in entry if isinstance(entry, dict) else [entry]:
            if why := harmless.no_extension(name):
                raise harmless.of_file(name, data.where(("markdown_extensions", number)), why)
    return data


def pages_of(nav: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The pages of a ``nav``, with their places; titles are none."""
    if isinstance(nav, str):
        yield nav, path
    elif isinstance(nav, list):
        for number, entry in enumerate(nav):
            yield from pages_of(entry, (*path, number))
    elif isinstance(nav, dict):
        for title, entry in nav.items():
            yield from pages_of(entry, (*path, title))


def is_address(entry: str) -> bool:
    """Whether MkDocs takes an entry of ``nav`` for a link to elsewhere: ``mailto:…``, ``//host``."""
    try:
        parts = urlsplit(entry)
    except ValueError:
        return False
    return bool(parts.scheme or parts.netloc)


def plugins(config: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The plugins, with their options: they are a mapping, or a list of names and of such mappings."""
    listed = config.get("plugins") or []
    for entry in [listed] if isinstance(listed, dict) else listed:
        for name, options in (entry if isinstance(entry, dict) else {entry: None}).items():
            yield name, dict(options or {})
