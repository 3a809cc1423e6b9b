"""Proves that the languages tell the reader to do the same.

Bokmål runs. English is compared with it block by block: kind, id, attributes but prose, body.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from guide.blocks import Block
from guide.errors import GuideError
from guide.pages import Guide, Page, load_all
from guide.project import EN, NB, Project


def compare_all(project: Project | None = None, guide: Guide | None = None) -> list[GuideError]:
    """Every difference between the languages, in reading order; empty where they agree.

    :param guide: pages that are loaded already.
    """
    guide = guide or load_all(project)
    return [
        error
        for (language, name), page in guide.pages.items()
        if language == NB and (EN, name) in guide.pages
        for error in compare(page, guide.pages[EN, name])
    ]


def compare(nb: Page, en: Page) -> Iterator[GuideError]:
    """The differences of one page."""
    names = [block.name for block in nb.blocks], [block.name for block in en.blocks]
    matcher = difflib.SequenceMatcher(None, *names, autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            for ours, theirs in zip(nb.blocks[i1:i2], en.blocks[j1:j2], strict=True):
                yield from _compare_blocks(ours, theirs)
            continue
        for block in nb.blocks[i1:i2]:
            yield GuideError(
                f"{block.name} stands in nb at {block.where}, and not in en at this place",
                where=_place(en, j1),
                fix="give both languages the same blocks in the same order",
            )
        for block in en.blocks[j1:j2]:
            yield GuideError(
                f"{block.name} stands in en, and not in nb at this place: {_place(nb, i1)}",
                where=str(block.where),
                fix="give both languages the same blocks in the same order",
            )


def _place(page: Page, index: int) -> str:
    if index < len(page.blocks):
        return str(page.blocks[index].where)
    return str(page.blocks[-1].where) if page.blocks else f"{page.path}:1"


def _compare_blocks(nb: Block, en: Block) -> Iterator[GuideError]:
    what: Sequence[tuple[str, object, object]] = (
        ("kind", nb.kind, en.kind),
        ("classes", nb.attributes.classes, en.attributes.classes),
        ("attributes", nb.compared_values, en.compared_values),
    )
    for name, ours, theirs in what:
        if ours != theirs:
            yield GuideError(
                f"{en.name} has other {name} than nb at {nb.where}: {_show(theirs)}, there {_show(ours)}",
                where=str(en.where),
                fix="only title, reason and the words of once may differ between the languages",
            )
    if nb.body != en.body:
        difference = difflib.unified_diff(
            nb.text_lines, en.text_lines, str(nb.where), str(en.where), n=1, lineterm=""
        )
        yield GuideError(
            f"{en.name} has another body than nb at {nb.where}:\n" + "\n".join(difference),
            where=str(en.where),
            fix=f"include the same file on both pages: {nb.source.path}",
        )


def _show(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={text}" for key, text in value.items()) or "none"
    if isinstance(value, tuple):
        return " ".join(f".{name}" for name in value)
    return str(value)
