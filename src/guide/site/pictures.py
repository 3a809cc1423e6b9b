"""Draws the pictures of ``pictures/`` into the page itself, in the reader's own light or dark mode.

A page shows one with ``<div data-guide="picture:NAME"></div>``, the same line in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from guide.forms import held
from guide.site import maps, sequences, ways
from guide.site.drawing import Words
from guide.site.texts import LOCALES, Locale
from walkthrough.errors import UserError
from walkthrough.inputs import read_yaml

FOLDER = "pictures"
_PLACE = re.compile(r'^<div data-guide="picture:([\w-]+)"></div>$', re.MULTILINE)


def fill(markdown: str, root: Path, locale: Locale) -> str:
    """The page with its pictures in their places.

    :param root: the folder that holds ``pictures``.
    :raises UserError: there is no such picture, or its source is wrong.
    """
    return _PLACE.sub(lambda match: picture(match[1], root, locale), markdown)


def picture(name: str, root: Path, locale: Locale) -> str:
    """One picture as HTML."""
    path = root / FOLDER / f"{name}.yaml"
    where = f"{FOLDER}/{path.name}"
    if not path.exists():
        raise UserError(f"There is no picture «{name}»", where=where, fix="write its source there")
    data = held(read_yaml(path, where), "picture")
    source: dict[str, Any] = held(data, data.value["kind"]).value
    kinds: dict[str, Callable[..., str]] = {
        "map": maps.draw,
        "sequence": sequences.draw,
        "ways": partial(ways.draw, root=root),
    }
    return kinds[source["kind"]](f"picture-{name}", source, Words(where, locale))


def errors(root: Path) -> Iterator[UserError]:
    """What is wrong with the pictures of a checkout, whether a page shows them or not."""
    for path in sorted((root / FOLDER).glob("*.yaml")):
        for locale in LOCALES:
            try:
                picture(path.stem, root, locale)
            except UserError as error:
                yield error
                break
