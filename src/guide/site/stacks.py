"""A picture for a narrow screen: its lines one below the other, each between the two that it connects.

A phone has no room for the drawing. It shows this instead, and nothing scrolls sideways; which of the two is
seen is for the stylesheet to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from guide.site.texts import Locale

#: What the colours and strokes of the lines mean, where a picture has some of the first two.
_LEGEND: dict[str, dict[Locale, str]] = {
    "pull": {"nb": "pull: henter", "en": "pull: fetches"},
    "push": {"nb": "push: sender", "en": "push: sends"},
    "flow": {"nb": "trafikk", "en": "traffic"},
    "reply": {"nb": "svar", "en": "answer"},
}


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


def stacked(title: str, rows: Iterable[Row], locale: Locale) -> str:
    """The rows as a list that a narrow screen shows in place of the drawing, and what their colours mean."""
    listed = list(rows)
    items = "".join(map(_item, listed))
    # The drawing's words are found already: by the list beside it, or by the text around it.
    label = f'aria-label="{escape(title, quote=True)}"'
    legend = _legend({row.kind for row in listed if row.whom}, locale)
    return f'<ol class="guide-stack" {label} data-search-exclude="">{items}</ol>{legend}'


def _legend(kinds: set[str], locale: Locale) -> str:
    if not kinds & {"pull", "push"}:
        return ""
    keys = "".join(
        f'<span class="guide-stack__row--{kind}"><span class="guide-stack__line">{said[locale]}</span></span>'
        for kind, said in _LEGEND.items()
        if kind in kinds
    )
    return f'<p class="guide-stack__legend" data-search-exclude="">{keys}</p>'


def _item(row: Row) -> str:
    parts = [f'<span class="guide-stack__end">{escape(row.who)}</span>']
    parts.append(f'<span class="guide-stack__line">{escape(row.label)}</span>')
    if row.whom:
        parts.append(f'<span class="guide-stack__end">{escape(row.whom)}</span>')
    return f'<li class="guide-stack__row guide-stack__row--{row.kind}">{" ".join(parts)}</li>'
