"""What every picture is drawn with: words in both languages, lines with tips, and the SVG around them.

Colours are classes: ``docs/assets/guide.css`` gives them the page's own, so a picture follows the reader's
mode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from guide.site.texts import Locale
from walkthrough.errors import UserError

#: What a line can stand for: somebody fetches, somebody sends, traffic, an answer.
LINES = ("pull", "push", "flow", "reply")

#: The size of the words along a line, as in the stylesheet.
LABEL = 13.0

# Shares of the font's size, measured on system fonts: an estimate that errs on the wide side.
_WIDE, _NARROW = set("mwMWCDGOQÅÆØ@"), set("fijlrtIJ.,:;'|!() -")


def width(words: str, size: float) -> float:
    """How wide some words are at most, in a proportional font."""
    return size * sum(0.88 if sign in _WIDE else 0.36 if sign in _NARROW else 0.58 for sign in words)


def wrapped(words: str, size: float, room: float) -> list[str]:
    """The words on as many lines as the room needs; a word that is too long stands alone."""
    lines: list[str] = []
    for word in words.split():
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class Words:
    """Reads the words of a picture's source: one for both languages, or one a language.

    :param where: the source, for messages.
    """

    where: str
    locale: Locale

    def __call__(self, source: Any) -> str:
        """The words in the picture's language."""
        if isinstance(source, dict):
            if set(source) != {"nb", "en"}:
                raise self.error(f"these words are not in both languages: {source}")
            source = source[self.locale]
        if not isinstance(source, str):
            raise self.error(f"these are no words: {source!r}")
        return source.strip()

    def line(self, source: dict[str, Any]) -> str:
        """What an edge, a message or a key of the legend stands for."""
        kind = source.get("as")
        if kind not in LINES:
            raise self.error(f"a line is drawn «{kind}»", fix=f"choose among {', '.join(LINES)}")
        return str(kind)

    def error(self, what: str, fix: str | None = None) -> UserError:
        """A mistake in the source."""
        return UserError(what, where=self.where, fix=fix)


@dataclass
class Canvas:
    """The parts of a picture, in the order they are painted."""

    name: str
    parts: list[str] = field(default_factory=list)

    def box(self, kind: str, x: float, y: float, wide: float, high: float, radius: float = 9) -> None:
        """A rectangle with round corners."""
        self.parts.append(
            f'<rect class="pic-{kind}" x="{x:g}" y="{y:g}" '
            f'width="{wide:g}" height="{high:g}" rx="{radius:g}"/>'
        )

    def write(self, kind: str, x: float, y: float, words: str) -> None:
        """Words on one line; ``y`` is the line that they stand on."""
        self.parts.append(f'<text class="pic-{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>')

    def label(self, kind: str, x: float, y: float, words: str, *, centred: bool = True, on: str = "") -> None:
        """Words that may lie across a line: what is under them ends at their edges.

        :param x: their middle, or where they begin.
        :param on: what they lie on where it is not the picture's own ground.
        """
        wide = width(words, LABEL)
        left = x - wide / 2 if centred else x
        self.parts.append(
            f'<rect class="pic-ground{on and f" pic-{on}"}" x="{left - 2:g}" y="{y - LABEL + 1:g}" '
            f'width="{wide + 4:g}" height="{LABEL + 3:g}"/>'
        )
        self.write(kind, x, y, words)

    def line(self, kind: str, path: str, *, tip: bool = True) -> None:
        """A line along a path, with a tip at its end."""
        end = f' marker-end="url(#{self.name}-{kind})"' if tip else ""
        self.parts.append(f'<path class="pic-{kind}" d="{path}"{end}/>')

    def svg(self, locale: Locale, title: str, description: str, wide: float, high: float) -> str:
        """The whole picture. It carries its own name and description for those who do not see it.

        A search finds it by the words around it: those inside have no spaces between them.
        """
        body = "".join(self.parts)
        tips = "".join(_tip(self.name, kind) for kind in LINES if f"#{self.name}-{kind})" in body)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="pic" viewBox="0 0 {wide:g} {high:g}" '
            f'style="--wide:{wide:g}px" role="img" data-search-exclude="" '
            f'lang="{locale}" aria-labelledby="{self.name}-title {self.name}-desc">'
            f'<title id="{self.name}-title">{escape(title)}</title>'
            f'<desc id="{self.name}-desc">{escape(description)}</desc><defs>{tips}</defs>{body}</svg>'
        )


def _tip(name: str, kind: str) -> str:
    return (
        f'<marker id="{name}-{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="pic-{kind}-tip" d="M0 0L10 5L0 10z"/></marker>'
    )


def spread(count: int, step: float) -> Iterable[float]:
    """That many places around zero, a step apart."""
    return [(index - (count - 1) / 2) * step for index in range(count)]
