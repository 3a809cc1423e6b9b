"""Proves that the languages tell the reader to do the same.

The first language runs. Each other is compared with it block by block: kind, id, attributes but prose, body.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.pages.loading import Page, Site, load_all
from walkthrough.project import Project


def compare_all(project: Project, site: Site | None = None) -> list[UserError]:
    """Every difference between the languages, in reading order; empty where they agree.

    :param site: pages that are loaded already.
    """
    site = site or load_all(project)
    return [
        error
        for page in site.running
        for language in site.languages[1:]
        if (language, page.name) in site.pages
        for error in compare(page, site.pages[language, page.name])
    ]


def compare(ran: Page, other: Page) -> Iterator[UserError]:
    """The differences of one page between the language that runs and another."""
    names = [block.name for block in ran.blocks], [block.name for block in other.blocks]
    matcher = difflib.SequenceMatcher(None, *names, autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            for ours, theirs in zip(ran.blocks[i1:i2], other.blocks[j1:j2], strict=True):
                yield from _compare_blocks(ours, theirs)
            continue
        for block in ran.blocks[i1:i2]:
            yield UserError(
                f"{block.name} stands in {ran.language} at {block.where}, "
                f"and not in {other.language} at this place",
                where=_place(other, j1),
                fix="give all languages the same blocks in the same order",
            )
        for block in other.blocks[j1:j2]:
            yield UserError(
                f"{block.name} stands in {other.language}, "
                f"and not in {ran.language} at this place: {_place(ran, i1)}",
                where=str(block.where),
                fix="give all languages the same blocks in the same order",
            )


def _place(page: Page, index: int) -> str:
    if index < len(page.blocks):
        return str(page.blocks[index].where)
    return str(page.blocks[-1].where) if page.blocks else f"{page.path}:1"


def _compare_blocks(ran: Block, other: Block) -> Iterator[UserError]:
    what: Sequence[tuple[str, object, object]] = (
        ("kind", ran.kind, other.kind),
        ("classes", ran.attributes.classes, other.attributes.classes),
        ("attributes", ran.compared_values, other.compared_values),
    )
    for name, ours, theirs in what:
        if ours != theirs:
            yield UserError(
                f"{other.name} has other {name} than {ran.language} at {ran.where}: "
                f"{_show(theirs)}, there {_show(ours)}",
                where=str(other.where),
                fix="only title, reason and the words of once may differ between the languages",
            )
    if ran.body != other.body:
        difference = difflib.unified_diff(
            ran.text_lines, other.text_lines, str(ran.where), str(other.where), n=1, lineterm=""
        )
        yield UserError(
            f"{other.name} has another body than {ran.language} at {ran.where}:\n" + "\n".join(difference),
            where=str(other.where),
            fix=f"include the same file in all languages: {ran.source.path}",
        )


def _show(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={text}" for key, text in value.items()) or "none"
    if isinstance(value, tuple):
        return " ".join(f".{name}" for name in value)
    return str(value)
