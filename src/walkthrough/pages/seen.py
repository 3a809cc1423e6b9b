"""Reads finished HTML as a browser does: what of it a reader sees when the page opens, and where.

It knows elements, not pictures: a style of its own that could put a block behind something else, or
outside the window, is refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from walkthrough.pages import active, markup, sheets
from walkthrough.pages.elements import BLOCKS, HARMLESS, HIDING, PARTS, SHOWN_AS, VOID, Element, Opened
from walkthrough.pages.styles import Styles

_TAG = "walkthrough-fence"
_MARK = re.compile(rf'<{_TAG} n="(\d+)">')


@dataclass(frozen=True)
class Place:
    """Where a page shows a fence.

    :param number: its place among all that the page shows, from 0.
    :param hidden: why it is not seen; empty where it is.
    :param folded: whether it stands in something that the reader opens first.
    :param other_tab: whether it stands in a tab that is not the first of its set.
    """

    number: int
    hidden: str = ""
    folded: bool = False
    other_tab: bool = False


@dataclass
class Page:
    """What a page shows.

    :param places: of each fence, by its number.
    :param code: the first lines of blocks of code that are no fences.
    :param left: text that was to be markup, with what would read it.
    """

    places: dict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))
    code: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    #: What may change what is seen after it was read, or lie over it.
    brought: list[active.Brought] = field(default_factory=list)


def mark(number: int) -> str:
    """What stands for a fence in the HTML that :func:`read` reads."""
    return f'<{_TAG} n="{number}"></{_TAG}>'


def read(html: str, styles: Styles) -> Page:
    """What a page's HTML shows.

    :param styles: what the site's own style sheets hide; the page's own are found in it.
    """
    own = sheets.in_html(html)
    reader = _Reader(styles.and_(Styles.of(own)), brought=any(map(sheets.brings_another, own)))
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, styles: Styles, *, brought: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._brought = "the page brings a style sheet with @import, which is not read" if brought else ""
        self._styles = styles
        self._open = Opened()
        self._shown = 0
        self._pre: list[str] | None = None
        self._text = ""
        self._groups: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Of two attributes of one name a browser takes the first.
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if tag == _TAG:
            self._fence(int(attributes["n"]))
            return
        self._unseen("an attribute", " ".join(attributes.values()))
        if "markdown" in attributes:
            self.page.left.append((f"<{tag}", "md_in_html"))
        self._look(tag, attributes)
        if tag in BLOCKS or tag in PARTS:
            self._flush()
        if tag in BLOCKS:
            self._open.end_paragraph()
        if tag in VOID:
            if tag == "input" and (outer := self._open.inside) and "tabbed-set" in outer[-1].classes:
                outer[-1].checked.append("checked" in attributes)
            return
        if tag == "pre" and self._pre is None:
            self._pre = []
        classes = attributes.get("class", "").split()
        element = Element(tag, self._hides(tag, attributes, classes), frozenset(classes))
        element.style = attributes.get("style", "")
        element.folds = tag in ("details", "dialog") and "open" not in attributes
        if tag == "details" and (group := attributes.get("name")):
            # A browser opens one of a name, the first.
            element.folds = element.folds or group in self._groups
            self._groups.add(group)
        tabs = self._tabs(element)
        if tabs is not None:
            element.other_tab = not tabs.checked[tabs.count] if tabs.count < len(tabs.checked) else True
            tabs.count += 1
        self._open.inside.append(element)

    def _look(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Note what may change, or cover, what is seen."""
        told = active.brought(tag, attributes) or active.covers(
            attributes.get("style", ""), [element.style for element in self._open.inside]
        )
        if not told and (selector := self._styles.cover(tag, attributes)):
            told = active.over(f"a style sheet puts it over others: {selector}")
        if told:
            self.page.brought.append(active.Brought(tag, self.get_starttag_text() or "", *told))

    def _tabs(self, element: Element) -> Element | None:
        """The set that an element is one tab of; pymdownx.tabbed has two ways of writing them."""
        outer = self._open.inside[-2:]
        if "tabbed-block" in element.classes and len(outer) == 2 and "tabbed-content" in outer[1].classes:
            return outer[0]
        if "tabbed-content" in element.classes and outer and "tabbed-set" in outer[-1].classes:
            return None if "tabbed-alternate" in outer[-1].classes else outer[-1]
        return None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML knows no end in a start tag: <div hidden/> is open.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == _TAG:
            return
        if tag in BLOCKS or tag in PARTS:
            self._flush()
        if not self._open.end(tag):
            return
        if tag == "pre" and self._pre is not None:
            text = "".join(self._pre)
            if "\0" not in text:
                self.page.code.append(next((line.strip() for line in text.split("\n") if line.strip()), ""))
            self._pre = None

    def handle_data(self, data: str) -> None:
        last = self._open.inside[-1].tag if self._open.inside else ""
        self._unseen(f"<{last}>" if last else "text", data)
        if last == "a" and data.startswith("^"):
            self.page.left.append((f"[{data}]", "footnotes"))
        if self._pre is not None:
            self._pre.append(data)
        elif not any(element.tag in ("code", "script", "style") for element in self._open.inside):
            self._text += data
        else:
            self._text += markup.CODE

    def handle_comment(self, data: str) -> None:
        self._unseen("a comment", data)

    def unknown_decl(self, data: str) -> None:
        self._unseen("a declaration", data)

    def handle_decl(self, decl: str) -> None:
        self._unseen("a declaration", decl)

    def handle_pi(self, data: str) -> None:
        self._unseen("an instruction", data)

    def close(self) -> None:
        super().close()
        self._flush()

    def _fence(self, number: int) -> None:
        if self._pre is not None:
            self._pre.append("\0")
        why = (element.hides for element in self._open.around)
        itself = [self._styles.hide(tag, attributes) for tag, attributes in SHOWN_AS.items()]
        itself += [self._styles.paint(tag, attributes) for tag, attributes in SHOWN_AS.items()]
        hidden = next(filter(None, (*why, self._brought)), "") or next(
            (f"a style hides it, or writes into it: {each}" for each in itself if each), ""
        )
        inside = self._open.inside
        folded, other = any(each.folds for each in inside), any(each.other_tab for each in inside)
        self._place(number, hidden, folded, other)

    def _place(self, number: int, hidden: str, folded: bool = False, other: bool = False) -> None:
        self.page.places[number].append(Place(self._shown, hidden, folded, other))
        self._shown += 1

    def _unseen(self, where: str, text: str) -> None:
        for number in _MARK.findall(text):
            self._place(int(number), f"it stands in {where}")

    def _hides(self, tag: str, attributes: Mapping[str, str], classes: list[str]) -> str:
        if tag in HIDING:
            return f"it stands in <{tag}>"
        for name in ("hidden", "inert", "popover"):
            if name in attributes:
                return f"it stands in <{tag} {name}>"
        if tag == "bdo" or attributes.get("dir", "").strip().lower() == "rtl":
            return f"it stands in <{tag}>, which shows its signs in another order"
        if attributes.get("aria-hidden", "").lower() == "true":
            return f'it stands in <{tag} aria-hidden="true">'
        style = attributes.get("style", "")
        if any(each.strip() and not HARMLESS.fullmatch(each) for each in style.split(";")):
            return f'it stands in <{tag} style="{style}">'
        if "footnote" in classes:
            return "it stands in a footnote, which the site puts at the end of the page"
        if selector := self._styles.hide(tag, attributes):
            return f"it stands in what a style sheet hides: {selector}"
        if selector := self._styles.paint(tag, attributes):
            return f"it stands in what a style sheet paints over: {selector}"
        return ""

    def _flush(self) -> None:
        """Look at the text of a block that ends."""
        self.page.left += markup.unread(self._text)
        self._text = ""
