"""What a reader reads on a finished page, without code and without what is marked as another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

#: Inside of these stands code, or nothing that is read.
_SILENT = {"code", "pre", "script", "style", "template", "marker"}
_IDS = ("guide-block__link",)
#: What a run recorded is no author's prose, and differs from run to run.
_RECORDED = {"class": "guide-facts", "data-guide": "recorded"}
_CODE_HEADING = re.compile(r"<h[2-6][^>]*>\s*<code>([^<]*)</code>")
_EMPTY = {"br", "hr", "img", "input", "link", "meta", "wbr"}
#: Attributes that are read aloud or shown.
_SPOKEN = ("alt", "aria-label", "placeholder", "title")


@dataclass
class Prose(HTMLParser):
    """The texts of one page, in order; those of one element's attributes beside its own."""

    locale: str
    texts: list[str] = field(default_factory=list)
    _silent: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = any(given.get(name, self.locale) != self.locale for name in ("lang", "hreflang"))
        # A step's id is English on every page, as a file name is.
        silent = tag in _SILENT or foreign or given.get("class") in _IDS
        silent = silent or any(given.get(name) == value for name, value in _RECORDED.items())
        if not silent and not self.is_silent:
            self.texts += [given[name] for name in _SPOKEN if given.get(name)]
            if tag == "meta" and given.get("name") == "description":
                self.texts.append(given["content"])
        if tag not in _EMPTY:
            self._silent.append((tag, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._silent and self._silent.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        # What is left out breaks a sentence, and must not join the words around it.
        if data.strip():
            self.texts.append("…" if self.is_silent else data)

    @property
    def is_silent(self) -> bool:
        return any(silent for _, silent in self._silent)


def prose(html: str, locale: str) -> str:
    reader = Prose(locale)
    reader.feed(html)
    reader.close()
    # A heading that is code is code in the table of contents as well, which has its text only.
    headings = {" ".join(unescape(code).split()) for code in _CODE_HEADING.findall(html)}
    texts = (" ".join(text.split()) for text in reader.texts)
    return "\n".join("…" if text in headings else text for text in texts)


def pages(site: Path, locale: str) -> Iterator[tuple[str, str]]:
    """Every page of a language: its path and its prose."""
    folder = site / "en" if locale == "en" else site
    for page in sorted(folder.rglob("*.html")):
        path = page.relative_to(site).as_posix()
        if locale == "en" or not path.startswith("en/"):
            yield path, prose(page.read_text(encoding="utf-8"), locale)


def words(text: str) -> set[str]:
    """Words as a spelling checker takes them, parts of compounds too; no addresses, file names and such."""
    plain = re.sub(r"\S*(?:[/@_=~]|\w\.\w|--|\d)\S*", " ", text)
    found = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", plain)
    # What belongs to a word is spelt as the word is.
    return {re.sub(r"[’']s$", "", word) for word in found if len(word) > 1}
