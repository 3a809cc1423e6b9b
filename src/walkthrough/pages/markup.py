"""Markup that is text on the site, for no extension of its reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What stands for a piece of code in a text: nothing in one is markup.
CODE = "\0"

#: What it looks like, and the extension that would read it.
_MARKUP = (
    (re.compile(r"!!!\s+\S"), "admonition"),
    (re.compile(r"\?\?\?\+?\s+\S"), "pymdownx.details"),
    (re.compile(r'===[!+]*\s+"'), "pymdownx.tabbed"),
    (re.compile(r"///"), "pymdownx.blocks"),
    (re.compile(r"\[\^[^\]\s]+\]:"), "footnotes"),
    (re.compile(r"\*\[[^\]]+\]:"), "abbr"),
    (re.compile(r":[ ]{1,3}\S"), "def_list"),
    (re.compile(r"\|?\s*:?-{3,}:?\s*\|"), "tables"),
    (re.compile(r"-+8<-+\s"), "pymdownx.snippets"),
)
_ATTRIBUTES = re.compile(r"\{:?\s*[#.][\w-]+[^{}]*\}\s*$")


def unread(text: str) -> Iterator[tuple[str, str]]:
    """What of a block's text was to be markup, and what would read it."""
    for line in text.split("\n"):
        plain = line.strip()
        for pattern, name in _MARKUP:
            if pattern.match(plain):
                yield plain, name
        if CODE not in plain and (match := _ATTRIBUTES.search(plain)):
            yield match.group().strip(), "attr_list"
