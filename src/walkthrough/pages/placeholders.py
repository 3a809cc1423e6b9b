"""What stands on a page for something that each reader has another of: ``<your-name>``.

A value for the run is declared in the page's front matter, or for all pages under ``extra: walkthrough:`` in
the site's configuration. It takes the placeholder's place in what is run and in the outputs that are
compared; the page shows the placeholder, and the proof says what was run instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.pages.document import PageDocument
from walkthrough.pages.rules import Kind


def of(document: PageDocument) -> dict[str, str]:
    """The value of each placeholder of a page."""
    return {**document.project.placeholders, **document.meta.get("placeholders", {})}


def fill(block: Block, values: Mapping[str, str]) -> None:
    """Put the values into a block that is run or compared. A file's text and a skipped block stay."""
    if block.kind in (Kind.MANIFEST, Kind.SKIP) or not values:
        return
    block.placeholders = used(block.body, values)
    if block.placeholders:
        # Each is put in once: a value that looks like a placeholder is none.
        block.body = _pattern(values).sub(lambda match: values[match.group()], block.body)


def used(text: str, values: Mapping[str, str]) -> dict[str, str]:
    """The placeholders that a text has, with their values."""
    found = set(_pattern(values).findall(text)) if values else set()
    return {name: value for name, value in values.items() if name in found}


def unused(document: PageDocument, blocks: Iterable[Block]) -> Iterator[UserError]:
    """An error for each placeholder that a page declares and nothing that is run on it has."""
    there = {name for block in blocks for name in block.placeholders}
    for name in document.meta.get("placeholders", {}):
        if name not in there:
            yield UserError(
                f"the placeholder {name} is in nothing that is run on this page",
                where=f"{document.name}:1",
                fix="correct its spelling in the front matter, or take it away there",
            )


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Any of them, the longest first; one that begins or ends as a word does is no part of a longer word."""
    return re.compile("|".join(map(_whole, sorted(names, key=len, reverse=True))))


def _whole(name: str) -> str:
    before = r"(?<!\w)" if re.match(r"\w", name) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", name) else ""
    return f"{before}{re.escape(name)}{after}"
