"""The images that the guide brings, and which of them are pinned by digest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from guide.pins import lockfile
from guide.pins.lockfile import Pin
from guide.site import tables
from guide.site.badge import in_words
from guide.site.texts import Locale, text

_PLACE = re.compile(r'^<div data-guide="pins"></div>$', re.MULTILINE)
_HEADS = ("image", "tag", "digest", "used")


def fill(markdown: str, root: Path, locale: Locale) -> str:
    """The page with the images in their place; as it is where it has none.

    :param root: the checkout, whose lock file says what is pinned.
    :raises UserError: something is wrong with that file.
    """
    if not _PLACE.search(markdown):
        return markdown
    drawn = table(lockfile.load(root / lockfile.NAME).values(), locale)
    return _PLACE.sub(lambda _: drawn, markdown)


def table(pins: Collection[Pin], locale: Locale) -> str:
    """How many are pinned, how many are not, and a row for each."""
    pinned = sum(1 for pin in pins if pin.digest)
    key = "pins" if pinned < len(pins) else "pins-all"
    counts = text(locale, key, pinned=str(pinned), count=str(len(pins)), open=str(len(pins) - pinned))
    heads = (text(locale, f"pins-{key}") for key in _HEADS)
    drawn = tables.table(heads, (_row(pin, locale) for pin in pins), kind="pinned")
    return f'<p>{counts}</p>\n<div class="guide-rows">{drawn}</div>'


def _row(pin: Pin, locale: Locale) -> tuple[str, ...]:
    reference = pin.reference
    used = ", ".join(map(_code, pin.used))
    # The heads are not seen; what an image is used in needs its own.
    labelled = f'<span data-label="{text(locale, "pins-used")}">{used}</span>'
    return _code(reference.name), _code(reference.tag), _digest(pin, locale), labelled


def _digest(pin: Pin, locale: Locale) -> str:
    """The digest and where it was seen, or that there is none yet."""
    if pin.day is None:
        return text(locale, "pins-none")
    seen = [_code(pin.registry)] if pin.registry else _links(pin.records)
    day = in_words(pin.day, locale)
    where = text(locale, "pins-seen", day=day, where=", ".join(seen))
    return f'<code class="guide-digest">{escape(pin.digest)}</code><br>{where}'


def _links(records: Iterable[str]) -> list[str]:
    """Links to public records, by the repository of each."""
    repositories = {record: "/".join(urlsplit(record).path.split("/")[1:3]) for record in records}
    return [f'<a href="{escape(url)}">{_code(name)}</a>' for url, name in repositories.items()]


def _code(said: str) -> str:
    return f"<code>{escape(said)}</code>"
