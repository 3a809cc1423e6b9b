"""What a site's own style sheets hide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from walkthrough.errors import UserError
from walkthrough.pages import sheets as css
from walkthrough.pages.active import over_others

#: What hides an element, or shows it as another text, in a style sheet.
_HIDES = re.compile(
    r"(?<![\w-])(?:"
    r"display:none|visibility:(hidden|collapse)|content-visibility:hidden|opacity:(0*\.?0*|0*\.0\d*|\d%)(%|;|$|!)|"
    r"font-size:(0(?![.\d])|0?\.0\d|[0-3]px)|font:0|line-height:0(?![.\d])|"
    r"(max-)?(height|width|block-size|inline-size):[01]?(px)?(;|$|!)|(transform:[^;]*scale\w*\(0|scale:0(?![.\d]))|"
    r"zoom:0(?![1-9]|\.[1-9])|rotate[xy]\([+-]?90deg|translate\w*\([^;]*-\d{3}|clip(-path)?:(?!auto|none)|"
    r"text-indent:-|(left|top|right|bottom|inset|margin-(left|top)):-\d{2,}|z-index:-|"
    r"(opacity|font-size):(-|(calc|min)\(0(?![.\d])|\d*\.?\d*e-)|"
    r"filter:[^;]*(opacity|brightness|contrast)\(0|filter:[^;]*blur\((\d{2}|[3-9])|"
    r"(color|-webkit-text-fill-color):(transparent|#[\da-f]{3}0(?![\da-f])|#[\da-f]{6}00|"
    r"(rgb|hsl)a?\([^;)]*[,/]0?(\.0+)?%?\))|mask(-image)?:[^;]*(gradient|url)|"
    r"-webkit-text-security:(?!none)|unicode-bidi:[\w-]*override|text-transform:(?!none)|user-select:none|"
    r"flex-(direction|flow):[^;]*reverse|order:-?[1-9]|direction:rtl|writing-mode:(vertical|sideways)|"
    r"letter-spacing:-([1-9]|0?\.[3-9])"
    r")"
)


#: More choices than one selector has; each ``:is(a, b)`` doubles them.
_MOST = 1000
#: What writes into an element, or paints over it, beside its own text.
_PAINTS = re.compile(
    r"content:[^;]*?[\"'][^\"']*\w|position:(absolute|fixed)(?=.*background)|background(?=.*position:absolute)"
)
#: What is not seen covers nothing.
_NOT_THERE = re.compile(
    r"display:none|visibility:hidden|opacity:0(;|$)|clip|(?<![\w-])(width|height):[01](px)?(;|$)"
)
_BESIDE = re.compile(r"::?(before|after)\b")
#: What extensions make, and themes put beside a heading.
_MADE = re.compile(r"\.(headerlink|tabbed-\w+|footnote-\w+)|input|label")


@dataclass(frozen=True)
class Styles:
    """What style sheets do to elements: the last part of each selector, such as ``div.note``.

    :param hiding: those that hide.
    :param covering: those that put an element over others.
    :param painting: those that write into an element, or paint over it.
    """

    hiding: frozenset[str] = frozenset()
    covering: frozenset[str] = frozenset()
    painting: frozenset[str] = frozenset()

    @classmethod
    def of(cls, sheets: Iterable[str]) -> Styles:
        """What these sheets do on a screen."""
        found: tuple[set[str], set[str], set[str]] = (set(), set(), set())
        for sheet in sheets:
            for selectors, declarations in css.rules(sheet):
                for selector in selectors:
                    for kind, name in _done(selector, declarations):
                        found[kind].add(name)
        return cls(*map(frozenset, found))

    @classmethod
    def of_theme(cls, sheets: Iterable[str]) -> Styles:
        """What the sheets of a theme hide by a class alone: the rest is about what the theme makes itself."""
        return cls(frozenset(name for sheet in sheets for name in _by_class(sheet)))

    def and_(self, other: Styles) -> Styles:
        """What both do."""
        return Styles(
            self.hiding | other.hiding, self.covering | other.covering, self.painting | other.painting
        )

    def hide(self, tag: str, attributes: Mapping[str, str]) -> str:
        """The selector that hides an element; empty where none does."""
        return _first(self.hiding, tag, attributes)

    def cover(self, tag: str, attributes: Mapping[str, str]) -> str:
        """The selector that puts an element over others; empty where none does."""
        return _first(self.covering, tag, attributes)

    def paint(self, tag: str, attributes: Mapping[str, str]) -> str:
        """The selector that writes into an element, or paints over it; empty where none does."""
        return _first(self.painting, tag, attributes)


def _first(selectors: frozenset[str], tag: str, attributes: Mapping[str, str]) -> str:
    return _found(selectors, tag, tuple(attributes.items()))


@lru_cache(maxsize=4096)
def _found(selectors: frozenset[str], tag: str, attributes: tuple[tuple[str, str], ...]) -> str:
    given = dict(attributes)
    return next((each for each in sorted(selectors) if css.matches(each, tag, given)), "")


def _done(selector: str, declarations: str) -> Iterator[tuple[int, str]]:
    if _HIDES.search(declarations):
        yield from ((0, name) for name in _last(selector))
    if over_others(declarations) and not _NOT_THERE.search(declarations):
        # What has no name of its own is what the site's pages are made of.
        named = (name for name in _last(selector) if re.search(r"[.#\[]", name))
        yield from ((1, name) for name in named if not _MADE.search(name))
    if _BESIDE.search(selector) and _PAINTS.search(declarations):
        yield from ((2, name) for name in _last(_BESIDE.sub("", selector)))


def _last(selector: str) -> Iterator[str]:
    for number, each in enumerate(css.last(selector)):
        if number == _MOST:
            raise UserError(
                f"a style sheet has a selector of more than {_MOST} choices: {selector[:60]}",
                where="the site's style sheets, and those on its pages",
                fix="write it out, or with fewer :is(…)",
            )
        yield each


def _by_class(sheet: str) -> Iterator[str]:
    for selectors, declarations in css.rules(sheet):
        if _HIDES.search(declarations):
            for selector in selectors:
                if not re.search(r"[\s>+~]", selector.strip()):
                    yield from (name for name in _last(selector) if "." in name)
