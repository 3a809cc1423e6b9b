"""Looks where links lead that an author wrote in HTML: MkDocs follows Markdown's alone.

Each must lead to a page, an anchor or a file of the finished site, from the address that its page has there;
``http`` and ``https`` are left alone. No link, in Markdown either, may be a program (``javascript:``).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.pages import Page

from walkthrough import harmless

log = get_plugin_logger("guide.site.links")

#: Attributes whose value is an address.
_ADDRESSES = frozenset(("href", "src", "action", "formaction", "data", "poster", "xlink:href"))
#: What HTML has where a tag has such an attribute.
_ADDRESSED = re.compile(rf"(?:{'|'.join(sorted(_ADDRESSES))})\s*=", re.IGNORECASE)
_NAMES = frozenset(("id", "name"))
_SCHEMES = frozenset(("http", "https", "mailto"))
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
#: What browsers take out of an address before they read it.
_BLANKS = re.compile(r"[\t\r\n]")
_AROUND = "".join(map(chr, range(33)))
#: Most tags of a page: the colours of its code. They have neither an address nor a name.
_COLOURS = re.compile(r'</span>|<span(?: class="[^"<>]*")?>')


@dataclass
class _Found(HTMLParser):
    """The addresses and the anchors of some HTML."""

    addresses: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag has."""
        for name, value in attrs:
            if name in _ADDRESSES and value is not None:
                self.addresses.append(_BLANKS.sub("", value).strip(_AROUND))
            if name in _NAMES and value:
                self.anchors.add(value)


def _read(html: str) -> _Found:
    """What an author may have written, read as a browser does."""
    found = _Found()
    found.feed(html)
    found.close()
    return found


def _read_made(html: str) -> _Found:
    """The same of what Markdown and the theme made, in a fraction of the time."""
    return _read(_COLOURS.sub("", html))


class Written(Extension):
    """Notes the HTML of a page that its author wrote: what Markdown sets aside, before it is put back."""

    def __init__(self) -> None:
        super().__init__()
        #: As it was set aside for the last text that was converted.
        self.blocks: list[str] = []

    @property
    def addresses(self) -> list[str]:
        """The addresses in it."""
        # Most of what is set aside is code, with its colours.
        written = filter(_ADDRESSED.search, self.blocks)
        return [address for block in written for address in _read(block).addresses]

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's own name
        """Come before Markdown puts it back."""
        md.postprocessors.register(_Noting(md, self), "guide_written", 100)


class _Noting(Postprocessor):
    def __init__(self, md: Markdown, written: Written) -> None:
        super().__init__(md)
        self.written = written

    def run(self, text: str) -> str:
        # The table of contents comes by here for each heading: the reading, which is long, waits for the end.
        self.written.blocks = [block for block in self.md.htmlStash.rawHtmlBlocks if isinstance(block, str)]
        return text


class Links:
    """What the pages of one build have, until all of them are there."""

    def __init__(self) -> None:
        self._addresses: list[tuple[str, str, str]] = []
        self._anchors: dict[str, set[str]] = {}
        #: Pages with addresses that have been warned of.
        self._told: set[tuple[str, str]] = set()

    def add_content(self, html: str, page: Page, written: Written) -> None:
        """Take in a page's content, and what of it was written in HTML; warn of programs."""
        own = list(dict.fromkeys(written.addresses))
        self._look_for_programs((*own, *_read_made(html).addresses), page)
        for address in own:
            if not _SCHEME.match(address) and not address.startswith("//"):
                self._addresses.append((page.file.src_uri, page.url, address))

    def add_page(self, output: str, page: Page) -> None:
        """Take in the anchors of a finished page; warn of what the theme or a plugin has made a link of."""
        found = _read_made(output)
        self._anchors[page.file.dest_uri] = found.anchors
        self._look_for_programs(found.addresses, page)

    def _look_for_programs(self, addresses: Iterable[str], page: Page) -> None:
        """Warn of each with another scheme than those of the web and of mail, once a page."""
        for address in addresses:
            scheme, told = _SCHEME.match(address), (page.file.src_uri, address)
            if scheme and scheme[1].lower() not in _SCHEMES and told not in self._told:
                self._told.add(told)
                _warn(*told, f"and {scheme[1].lower()}: is not allowed; http and https are")

    def check(self, site: Path) -> None:
        """Warn of each that leads nowhere, once the site is whole."""
        for page, url, address in self._addresses:
            if why := self._nowhere(site, url, address):
                _warn(page, address, why)

    def _nowhere(self, site: Path, url: str, address: str) -> str:
        if address.startswith(("/", "\\")):
            return "which is absolute; begin it at the page's own address: ../"
        try:
            parts = urlsplit(address)
        except ValueError:
            return "which is no address"
        path = unquote(parts.path)
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(url), path)) if path else f"/{url}"
        name = target.strip("/")
        if "\0" in name or len(name) > 1000:
            return "which is no address"
        if not (posixpath.basename(name) and harmless.is_file(site / name)):
            name = posixpath.join(name, "index.html") if name else "index.html"
        if not harmless.is_file(site / name):
            return f"and the site has nothing at /{target.strip('/')}"
        anchor = unquote(parts.fragment)
        if anchor and name in self._anchors and anchor not in self._anchors[name] and anchor != "top":
            return f"and /{target.strip('/')} has no anchor {anchor}"
        return ""


def _warn(page: str, address: str, why: str) -> None:
    log.warning("docs/%s: it has a link '%s' in HTML, %s", page, address, why)
