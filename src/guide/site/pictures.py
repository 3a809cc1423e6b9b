"""Draws the pictures of ``pictures/`` into the page itself, in the reader's own light or dark mode.

A page shows one with ``<div data-guide="picture:NAME"></div>``, the same line in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from guide.errors import GuideError
from guide.site import maps, sequences, ways
from guide.site.drawing import Words
from guide.site.texts import Locale

FOLDER = "pictures"
_PLACE = re.compile(r'^<div data-guide="picture:([\w-]+)"></div>$', re.MULTILINE)


def fill(markdown: str, root: Path, locale: Locale) -> str:
    """The page with its pictures in their places.

    :param root: the folder that holds ``pictures``.
    :raises GuideError: there is no such picture, or its source is wrong.
    """
    return _PLACE.sub(lambda match: picture(match[1], root, locale), markdown)


def picture(name: str, root: Path, locale: Locale) -> str:
    """One picture as HTML."""
    path = root / FOLDER / f"{name}.yaml"
    where = f"{FOLDER}/{path.name}"
    try:
        source: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GuideError(
            f"There is no picture «{name}»", where=where, fix="write its source there"
        ) from error
    except yaml.YAMLError as error:
        raise GuideError(f"The picture's source is not YAML: {error}", where=where) from error
    kinds: dict[Any, Callable[..., str]] = {
        "map": maps.draw,
        "sequence": sequences.draw,
        "ways": partial(ways.draw, root=root),
    }
    kind = source.get("kind") if isinstance(source, dict) else None
    if kind not in kinds:
        raise GuideError(
            f"The picture is of no known kind: {kind}", where=where, fix=f"kind: {' or '.join(kinds)}"
        )
    try:
        return kinds[kind](f"picture-{name}", source, Words(where, locale))
    except KeyError as error:
        raise GuideError(f"The picture's source lacks {error}", where=where) from error
