"""The table of all attacks: what is promised, which block tries to break it, and what it is answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

from guide.site.tables import table
from guide.site.texts import Locale, text
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.pages.block import Block
from walkthrough.site.proofs import Proofs

PLACE = '<div data-guide="attacks"></div>'
_HEADS = ("promise", "attack", "answer")
_HEADING = r"^#+ +(.+?) *\{{#{id}\}}"
_CODE = re.compile("`([^`]*)`")


def fill(markdown: str, proofs: Proofs, locale: Locale, address: Callable[[str], str]) -> str:
    """The page with the table in its place; as it is where it has none.

    :param address: the address of a page by its name, such as ``cluster.md``.
    :raises UserError: an attack names a section that is not there.
    """
    if PLACE not in markdown:
        return markdown
    found = list(_attacks(proofs, locale))
    count = text(
        locale, "attacks-count", count=str(len(found)), promises=str(len({one.against for one in found}))
    )
    rows = (_row(attack, proofs, locale, address) for attack in found)
    heads = (text(locale, f"attacks-{head}") for head in _HEADS)
    drawn = table(heads, rows, kind="attacks")
    return markdown.replace(PLACE, f'<p>{count}</p>\n<div class="guide-rows">{drawn}</div>')


def _attacks(proofs: Proofs, locale: Locale) -> Iterator[Block]:
    for name in proofs.project.nav:
        yield from (block for block in proofs.blocks(name, locale) if block.against)


def _row(
    attack: Block, proofs: Proofs, locale: Locale, address: Callable[[str], str]
) -> tuple[str, str, str]:
    page, _, section = attack.against.partition("#")
    promise = _heading(f"{page}.md", section, proofs, locale, str(attack.where))
    return (
        f'<a href="{address(f"{page}.md")}#{section}">{promise}</a>',
        f'<a href="{address(attack.page)}#{attack.id}"><code>{attack.id}</code></a>',
        _answer(attack, locale),
    )


def _heading(page: str, section: str, proofs: Proofs, locale: Locale, where: str) -> str:
    """What a section is called, as HTML.

    :raises UserError: the page or the section is not there.
    """
    path = proofs.project.page_path(page, locale)
    source = read_text(path, proofs.project.relative(path)) if path.is_file() else ""
    found = re.search(_HEADING.format(id=re.escape(section)), source, re.MULTILINE)
    if found is None:
        raise UserError(
            f"The attack is against {page}#{section}, and there is no such section",
            where=where,
            fix="name the section that makes the promise: against=PAGE#ID",
        )
    return _CODE.sub(r"<code>\1</code>", escape(found[1]))


def _answer(attack: Block, locale: Locale) -> str:
    """The last line of its output that says something; for a check, that it had no effect."""
    lines = [line for output in attack.outputs for line in output.body.splitlines()]
    said = next((line for line in reversed(lines) if line.strip("… ")), None)
    return text(locale, "attacks-holds") if said is None else f"<code>{escape(said)}</code>"
