"""Finds the fences of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import Match

from sybil import Document, Lexeme, Region
from sybil.parsers.markdown.lexers import FENCE, RawFencedCodeBlockLexer

from walkthrough.errors import UserError

#: What looks like the beginning of a fence after other text, without an end on its line.
_IN_A_LINE = re.compile(r"^[^\n`]*[^\s`>][^\n`]*(?P<in_line>`{3,}|~{3,})[^\n`]*$", re.MULTILINE)
_INFO = re.compile(r"(?P<info>[^\n]*)(?:\n|\Z)")


class AttributeFenceLexer(RawFencedCodeBlockLexer):
    """A :class:`~sybil.typing.Lexer` for every fence of a Markdown page, whatever its info line.

    It yields a :class:`~sybil.Region` for each outermost fence; a fence shown inside another is part of
    that one's source. The following lexemes are extracted:

    - ``info``, what stands after the opening fence, as a :class:`str`.
    - ``source`` as a :class:`~sybil.Lexeme`. Unlike its base class this one takes away the fence's own
      indentation only, and never dedents what remains: the source is run.
    """

    def __init__(self) -> None:
        super().__init__(_INFO)

    def make_region(
        self, opening: Match[str], document: Document, closing: Match[str] | None
    ) -> Region | None:
        """The region of one fence.

        :raises UserError: the fence is never closed.
        """
        if closing is None:
            raise _never_closed(document, opening)
        region = super().make_region(opening, document, closing)
        if region is not None:
            source = region.lexemes["source"]
            start = opening.start() + source.offset
            text = strip_indentation(document.text[start : closing.start()], opening.group("prefix"))
            region.lexemes["info"] = region.lexemes["info"].strip()
            region.lexemes["source"] = Lexeme(text, source.offset, source.line_offset)
        return region

    def __call__(self, document: Document) -> Iterable[Region]:
        """The fences of the document, in order."""
        outermost: list[Region] = []
        for region in super().__call__(document):
            # An inner fence closes, and so is yielded, before the outer one.
            while outermost and outermost[-1].start > region.start:
                outermost.pop()
            outermost.append(region)
        return outermost


def _never_closed(document: Document, opening: Match[str]) -> UserError:
    """Where a fence that has no end begins, or the line that was to begin or end one and does not."""
    start = opening.start()
    fence = opening.group("fence")
    before = [each for each in _IN_A_LINE.finditer(document.text, 0, start) if _in_prose(document, each)]
    first = opening.group("trailing")
    if not first.strip() and before:
        return UserError(
            "a fence begins in the middle of this line, so the one that was to end it begins another",
            where=where(document, before[-1].start()),
            fix="begin a fence on a line of its own",
        )
    if fence in first or (first.strip().startswith("{") and not first.rstrip().endswith("}")):
        return UserError(
            f"text stands on the opening line of this fence: {first.strip()}",
            where=where(document, start),
            fix="write the block's text between its fences, on lines of its own",
        )
    if after := re.compile(rf"^[ \t>]*{re.escape(fence)}[^\n]*\S", re.MULTILINE).search(
        document.text, opening.end()
    ):
        return UserError(
            f"this fence is never closed: more stands on the line that was to do it: {after.group().strip()}",
            where=where(document, start),
            fix="leave nothing but the fence on the line that ends the block",
        )
    return UserError(
        "this fence is never closed",
        where=where(document, start),
        fix="end the block with a line of the same fence, indented alike",
    )


def _in_prose(document: Document, found: Match[str]) -> bool:
    """Whether a place is in none of the fences before it."""
    opened: Match[str] | None = None
    for fence in FENCE.finditer(document.text, 0, found.start()):
        if opened is None:
            opened = fence
        elif RawFencedCodeBlockLexer.match_closes_existing(fence, opened):
            opened = None
    return opened is None


def strip_indentation(text: str, prefix: str) -> str:
    """``text`` without the indentation (or quote marks) of its fence; blank lines become empty."""
    lines = []
    for line in text.split("\n"):
        if not line.strip(" \t>") and len(line) <= len(prefix):
            lines.append("")
        else:
            rest = line[len(prefix) :] if line.startswith(prefix) else line.lstrip(" \t")
            lines.append(rest if rest.strip() else "")
    return "\n".join(lines)


def where(document: Document, position: int) -> str:
    """``page:line`` of a position in a document."""
    line = document.text.count("\n", 0, position) + 1
    name = getattr(document, "name", document.path)
    page_line = getattr(document, "page_line", None)
    return f"{name}:{page_line(line) if page_line else line}"
