"""Proves that the site shows what is run: the same text, in that order, once, and where it is seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from html import unescape
from typing import TYPE_CHECKING

from sybil import Region

from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.pages.document import PageDocument
from walkthrough.pages.rendering import Rendering
from walkthrough.pages.rules import Kind
from walkthrough.pages.seen import Place

if TYPE_CHECKING:
    from walkthrough.pages.block import Block

#: What marks a fence as one that no reader is to see.
_SETUP = re.compile(r"^\{[^}]*\.setup\b[^}]*\}$")


def guard(document: PageDocument, regions: Sequence[Region], rendering: Rendering) -> Iterator[UserError]:
    """Errors where our lexer and the site do not see the same fences with the same content."""
    ours = {document.text.count("\n", 0, region.start) + 1: region for region in regions}
    theirs = {fence.line: fence for fence in rendering.fences}
    for line in sorted(ours.keys() | theirs.keys()):
        if line not in theirs:
            yield UserError(
                "the site does not render this fence as a block of code",
                where=document.where(line),
                fix="indent it and its closing fence like the text around it (4 spaces in a list, tab or "
                "admonition), a blank line before it, and close it with exactly the same fence",
            )
        elif line not in ours:
            yield UserError(
                "the site renders a block of code here that the test does not find",
                where=document.where(line),
                fix="write it as a plain fence on a line of its own",
            )
        elif not _same(ours[line].lexemes["source"], theirs[line].source):
            yield UserError(
                "the site shows other text in this block than the test runs",
                where=document.where(line),
                fix="indent every line of the block like its opening fence",
            )
    setups = {line for line, region in ours.items() if _SETUP.search(region.lexemes["info"])}
    yield from _unseen(document, rendering, setups)
    for text in rendering.indented:
        forms = [form for form in (text, unescape(text)) if form]
        lines = enumerate(document.text.split("\n"), start=1)
        line = next(
            (
                number
                for number, line in lines
                if any(form in line or form in unescape(line) for form in forms)
            ),
            1,
        )
        yield UserError(
            "a block of code without a fence: nothing can be proven about it",
            where=document.where(line),
            fix="write it as a fence with a kind; text in a list is indented by 4 spaces, not 8",
        )
    for text, name in rendering.left:
        yield UserError(
            f"the site shows this as it is written: {text}",
            where=document.where(_outside(document, ours, text)),
            fix=f"write it as the site reads it (a blank line before it?), or put {name} into "
            f"markdown_extensions in {CONFIG}",
        )
    if ours:
        yield from _brought(document, ours, rendering)
    yield from _hidden(document, {line: region for line, region in ours.items() if line not in setups})


def _brought(document: PageDocument, ours: dict[int, Region], rendering: Rendering) -> Iterator[UserError]:
    """What may change what the page shows, or lie over it, at the line where it is written."""
    for each in rendering.brought:
        first = each.text.split("\n")[0]
        forms = (first, first.partition(" ")[2].partition("=")[2].strip("\"'<>"), f"<{each.tag}")
        lines = (_outside(document, ours, form) for form in forms if form)
        line = next((line for line in lines if line > 1), 1)
        yield UserError(f"{each.what}: {first}", where=document.where(line), fix=each.fix)


def _outside(document: PageDocument, regions: dict[int, Region], text: str) -> int:
    """The first line with a text that is in no fence; the first line where there is none."""
    inside = {
        line
        for first, region in regions.items()
        for line in range(first, document.text.count("\n", 0, region.end) + 2)
    }
    for number, line in enumerate(document.text.split("\n"), start=1):
        if number not in inside and text in unescape(line):
            return number
    return 1


def _unseen(document: PageDocument, rendering: Rendering, setups: Collection[int]) -> Iterator[UserError]:
    """What the page does not show, shows twice, or shows at another place than it is run at.

    :param setups: the lines of the fences that no reader is to see.
    """
    latest = -1
    for fence in rendering.fences:
        first, *others = fence.places
        if fence.line in setups:
            if not first.hidden:
                yield UserError(
                    "the reader sees this fence, and it is marked as set-up",
                    where=document.where(fence.line),
                    fix="put it into a comment, <!-- … -->, or take .setup away: then it is a reader's step",
                )
            continue
        if first.hidden == "it stands in a comment":
            continue  # said with the comment
        if first.hidden:
            yield UserError(
                f"the reader does not see this fence: {first.hidden}",
                where=document.where(fence.line),
                fix="put it where everyone sees it, or take it away",
            )
        elif others:
            yield UserError(
                f"the site shows this fence {len(fence.places)} times, and it is run once",
                where=document.where(fence.line),
                fix="take away what repeats it",
            )
        elif first.number < latest:
            yield UserError(
                "the site shows this fence before one that is run before it",
                where=document.where(fence.line),
                fix="write the fences in the order in which the page shows them",
            )
        latest = max(latest, first.number)


def not_open(block: Block, place: Place) -> Iterator[UserError]:
    """What runs for all readers stands where all read it: not in what is folded, or in another tab."""
    if not block.runs or block.kind is Kind.CHECK or place.hidden:
        return
    if place.folded:
        yield UserError(
            f"{block.name} is run, and stands folded up: a reader may go on without it",
            where=str(block.where),
            fix="put it outside, or begin with ???+; a .check or an output may be folded",
        )
    if place.other_tab and block.when is None:
        yield UserError(
            f"{block.name} is run for everyone, and stands in a tab that is not the one that is open",
            where=str(block.where),
            fix="put it into the first tab, say whom it is for with when=, or make it .skip with a reason",
        )


def _hidden(document: PageDocument, ours: dict[int, Region]) -> Iterator[UserError]:
    outside = document.text
    for region in reversed(list(ours.values())):
        blank = re.sub(r"[^\n]", "\0", outside[region.start : region.end])
        outside = outside[: region.start] + blank + outside[region.end :]
    # Marks of a comment in a line's code are text.
    outside = re.sub(r"(`+)[^`\n]+\1", lambda code: " " * len(code.group()), outside)
    for comment in re.finditer(r"<!--.*?(-->|\Z)", outside, re.DOTALL):
        if "\0" in comment.group():
            line = outside.count("\n", 0, comment.start() + comment.group().index("\0")) + 1
            yield UserError(
                "this fence stands in a comment: the reader does not see it",
                where=document.where(line),
                fix="make it a .check, or take it away",
            )


def _same(ours: str, theirs: str) -> bool:
    def plain(text: str) -> list[str]:
        return [line.expandtabs(4).rstrip() for line in text.strip("\n").split("\n")]

    return plain(ours) == plain(theirs) or ("\t" in ours and ours.split() == theirs.split())
