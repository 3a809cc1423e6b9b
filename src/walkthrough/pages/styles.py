"""What a site's own style sheets hide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

#: What hides an element, in a style sheet.
_HIDES = re.compile(
    r"display:none|visibility:(hidden|collapse)|content-visibility:hidden|opacity:0*\.?0*(%|;|$|!)|font-size:0(?![.\d])|"
    r"(max-)?(height|width):0(?![.\d])|transform:scale\w*\(0|clip(-path)?:|text-indent:-|left:-\d{3}|user-select:none"
)


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
        has = {f".{name}" for name in attributes.get("class", "").split()} | {f"#{attributes.get('id')}", tag}
        for selector in sorted(self.hiding):
            parts = re.findall(r"[.#]?[\w-]+", selector)
            if parts and all(part in has for part in parts):
                return selector
        return ""


def _hiding(sheet: str) -> Iterator[str]:
    sheet = re.sub(r"/\*.*?(\*/|\Z)", "", sheet, flags=re.DOTALL)
    # Rules that hold for paper only.
    sheet = re.sub(r"@media\s+print\b[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheet)
    for selectors, declarations in re.findall(r"([^{}]*)\{([^{}]*)\}", sheet):
        if _HIDES.search(re.sub(r"\s+", "", declarations).lower()):
            for selector in selectors.split(","):
                last = re.split(r"[\s>+~]+", selector.strip())[-1]
                if re.fullmatch(r"[\w.#-]+", last):
                    yield last
