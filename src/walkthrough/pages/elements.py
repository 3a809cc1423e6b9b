"""The elements of HTML, as far as it matters what of them a reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Elements that never show what is in them, or show it as something else than a block of code.
HIDING = frozenset(
    """
    applet audio canvas colgroup
    datalist embed frameset head iframe map math noembed noframes noscript object
    meter optgroup option plaintext progress rp script select style svg template textarea title video xmp
    """.split()  # noqa: SIM905
)
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
#: What ends a paragraph that is open.
BLOCKS = frozenset(
    """
    address article aside blockquote center details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5
    h6 header hr main nav ol p pre section table ul
    """.split()  # noqa: SIM905
)
#: What no end tag inside it ends.
APART = frozenset("caption desc foreignobject object select svg table td template th title".split())  # noqa: SIM905
#: Parts of such: a text ends where one begins or ends.
PARTS = frozenset("caption dd dt figcaption li summary tbody td th thead tr".split())  # noqa: SIM905
#: Elements of text: one that is not ended where it stands goes on in whatever comes after.
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
#: What the end tag of a smaller element does not end.
SPECIAL = BLOCKS | PARTS | APART | frozenset(("body", "button", "html", "iframe", "marquee", "noscript"))
#: What a style may say around a block without anybody seeing less of it: nothing that goes far.
HARMLESS = re.compile(
    r"\s*(margin|padding|border|background|text-align|list-style|float|clear)[\w-]*\s*:"
    r"(?:(?!-\d{2}|\d{4}|-\d[\d.]*(?:vw|vh|rem|%)|\d{3}[\d.]*(?:r?em|ch|ex|in|cm|%)|\d{2}[\d.]*v|\de[+\d]|\()[^;])*"
)
#: The elements that a fence is shown as.
SHOWN_AS = {"div": {"class": "highlight"}, "pre": dict[str, str](), "code": dict[str, str]()}


@dataclass
class Element:
    """An element that is open.

    :param hides: why nothing in it is seen; empty where it is.
    """

    tag: str
    hides: str
    classes: frozenset[str]
    folds: bool = False
    other_tab: bool = False
    #: Of a set of tabs: which are open when the page is, and how many have been read.
    checked: list[bool] = field(default_factory=list)
    count: int = 0
    style: str = ""


class Opened:
    """The elements that are open at a place of a page, as a browser counts them."""

    def __init__(self) -> None:
        #: From the outside in.
        self.inside: list[Element] = []
        self._left: list[Element] = []

    @property
    def around(self) -> list[Element]:
        """All that hide what stands here, those included that were left open further up."""
        return [*self._left, *self.inside]

    def end(self, tag: str) -> bool:
        """An end tag; whether it ends something that holds more than text."""
        at = self._of(tag)
        if at is None:
            self._end_left(tag)
            return False
        if tag not in SPECIAL and any(element.tag in SPECIAL for element in self.inside[at + 1 :]):
            # <b><div></b>: the larger one goes on, and of the others the end is not heard.
            del self.inside[at : at + (tag in FORMATTING)]
            return False
        self._drop(at)
        return True

    def end_paragraph(self) -> None:
        """What ends a paragraph that is open begins."""
        if (at := self._of("p")) is not None:
            self._drop(at)

    def _of(self, tag: str) -> int | None:
        """Which of the open elements an end tag ends: none beyond an element that is a page of its own."""
        for number in range(len(self.inside) - 1, -1, -1):
            if self.inside[number].tag == tag:
                return number
            if self.inside[number].tag in APART:
                return None
        return None

    def _drop(self, at: int) -> None:
        self._left += [
            element for element in self.inside[at + 1 :] if element.tag in FORMATTING and element.hides
        ]
        del self.inside[at:]

    def _end_left(self, tag: str) -> None:
        for number in range(len(self._left) - 1, -1, -1):
            if self._left[number].tag == tag:
                del self._left[number]
                return
