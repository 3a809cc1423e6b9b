"""What a site's own style sheets hide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from walkthrough.errors import UserError
from walkthrough.pages import sheets as css

#: What hides an element, or shows it as another text, in a style sheet.
_HIDES = re.compile(
    r"(?<![\w-])(?:"
    r"display:none|visibility:(hidden|collapse)|content-visibility:hidden|opacity:(0*\.?0*|0*\.0\d*|\d%)(%|;|$|!)|"
    r"font-size:(0(?![.\d])|0?\.0\d|[0-3]px)|font:0|line-height:0(?![.\d])|"
    r"(max-)?(height|width|block-size|inline-size):[01]?(px)?(;|$|!)|(transform:[^;]*scale\w*\(0|scale:0(?![.\d]))|"
    r"zoom:0(?![1-9]|\.[1-9])|rotate[xy]\([+-]?90deg|translate\w*\([^;]*-\d{3}|clip(-path)?:(?!auto|none)|"
    r"text-indent:-|(left|top|right|bottom|inset|margin-(left|top)):-\d{2,}|z-index:-|"
    r"filter:[^;]*opacity\(0|(color|-webkit-text-fill-color):transparent|mask(-image)?:[^;]*gradient|"
    r"-webkit-text-security:(?!none)|unicode-bidi:[\w-]*override|text-transform:(?!none)|user-select:none|"
    r"flex-(direction|flow):[^;]*reverse"
    r")"
)


#: More choices than one selector has; each ``:is(a, b)`` doubles them.
_MOST = 1000


@dataclass(frozen=True)
class Styles:
    """What style sheets hide: the last part of each selector, such as ``div.note``."""

    hiding: frozenset[str] = frozenset()

    @classmethod
    def of(cls, sheets: Iterable[str]) -> Styles:
        """What these sheets hide on a screen."""
        return cls(frozenset(name for sheet in sheets for name in _hiding(sheet)))

    def hide(self, tag: str, attributes: Mapping[str, str]) -> str:
        """The selector that hides an element; empty where none does."""
        return next((each for each in sorted(self.hiding) if css.matches(each, tag, attributes)), "")


def _hiding(sheet: str) -> Iterator[str]:
    for selectors, declarations in css.rules(sheet):
        if _HIDES.search(declarations):
            for selector in selectors:
                for number, each in enumerate(css.last(selector)):
                    if number == _MOST:
                        raise UserError(
                            f"a style sheet has a selector of more than {_MOST} choices: {selector[:60]}",
                            where="the site's style sheets, and those on its pages",
                            fix="write it out, or with fewer :is(…)",
                        )
                    yield each
