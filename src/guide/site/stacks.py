"""A picture for a narrow screen: its lines one below the other, each between the two that it connects.

A phone has no room for the drawing. It shows this instead, and nothing scrolls sideways; which of the two is
seen is for the stylesheet to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Row:
    """One line of a picture.

    :param kind: what it stands for, as in :data:`guide.site.drawing.LINES`.
    :param whom: nobody for somebody's own doing.
    """

    kind: str
    who: str
    label: str
    whom: str = ""


def stacked(title: str, rows: Iterable[Row]) -> str:
    """The rows as a list that a narrow screen shows in place of the drawing."""
    items = "".join(_item(row) for row in rows)
    # The drawing's words are found already: by the list beside it, or by the text around it.
    label = f'aria-label="{escape(title, quote=True)}"'
    return f'<ol class="guide-stack" {label} data-search-exclude="">{items}</ol>'


def _item(row: Row) -> str:
    parts = [f'<span class="guide-stack__end">{escape(row.who)}</span>']
    parts.append(f'<span class="guide-stack__line">{escape(row.label)}</span>')
    if row.whom:
        parts.append(f'<span class="guide-stack__end">{escape(row.whom)}</span>')
    return f'<li class="guide-stack__row guide-stack__row--{row.kind}">{" ".join(parts)}</li>'
