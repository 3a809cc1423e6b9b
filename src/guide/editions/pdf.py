"""One PDF a language: all pages in reading order, with bookmarks, tags for assistive tools and page numbers.

A Chromium prints it, through Playwright, from one page that is put together of the site's own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path

from guide import chromium
from guide.editions.building import built
from guide.site import search
from guide.site.texts import Locale
from walkthrough import whole
from walkthrough.errors import UserError
from walkthrough.project import Project

_SETUP = "tools/setup test"
_ARTICLE = re.compile(r"<article [^>]*>(.*?)</article>", re.DOTALL)
_STYLE = re.compile(r'<link rel="stylesheet" href="[^"]+">')
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
#: Attributes that make a name, or that mean one on the same page.
_NAME = re.compile(r'(?<=\s)(id|for|name|aria-labelledby|aria-describedby)="([^"]+)"')
_LINK = re.compile(r'(?<=\s)href="([^"#:]*)(?:#([^"]*))?"')
_MARKER = re.compile(r"url\(#([\w-]+)\)")
#: What only serves a reader at a screen.
_SCREEN = re.compile(
    r'<a class="headerlink".*?</a>|<section class="guide-progress".*?</section>'
    r'|<span role="tooltip".*?</span>',
    re.DOTALL,
)


def write(project: Project, locale: Locale, target: Path) -> None:
    """Print one language.

    :raises UserError: the site does not build, or what prints is not there, or the file cannot be written.
    """
    printer = chromium.find()
    whole.ask(target)
    with built(project) as site:
        page = site / search.folder(locale) / "guide-as-one-page.html"
        page.write_text(one_page(page.parent, project.nav, locale), encoding="utf-8")
        whole.write(target, _print(page, printer))


def one_page(folder: Path, pages: Sequence[str], locale: Locale) -> str:
    """All pages as one, to be printed.

    :param folder: one language's folder of the built site.
    :param pages: their names in reading order, such as ``cluster.md``.
    """
    names = [page.removesuffix(".md") for page in pages]
    first = (folder / "index.html").read_text(encoding="utf-8")
    head = "".join([*_TITLE.findall(first)[:1], *_STYLE.findall(first)])
    body = "".join(chapter((folder / f"{name}.html").read_text("utf-8"), name, names) for name in names)
    mode = 'data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom"'
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">{head}</head>'
        f'<body dir="ltr" {mode}><main class="md-typeset guide-print">{body}</main></body></html>'
    )


def chapter(html: str, name: str, names: Sequence[str]) -> str:
    """One page as a part of the whole: its names made its own, its links to other parts kept inside.

    :raises UserError: the page has no article.
    """
    found = _ARTICLE.search(html)
    if not found:
        raise UserError(f"the page {name} has no article", fix="has Material changed?")
    article = _SCREEN.sub("", found[1]).replace("<details", "<details open")
    # Nobody scrolls to a picture on paper.
    article = article.replace(' loading="lazy"', "")

    def link(match: re.Match[str]) -> str:
        address, anchor = match[1], match[2]
        part = posixpath.normpath(address).removesuffix(".html") if address else name
        if part not in names:
            return match[0]
        return f'href="#{part}{f"--{anchor}" if anchor else ""}"'

    def own(match: re.Match[str]) -> str:
        return f'{match[1]}="{" ".join(f"{name}--{each}" for each in match[2].split())}"'

    article = _LINK.sub(link, _NAME.sub(own, article))
    article = _MARKER.sub(rf"url(#{name}--\1)", article)
    return f'<section class="guide-chapter" id="{name}">{article}</section>'


def _print(page: Path, printer: Path) -> bytes:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise UserError("Playwright is missing, and it prints the PDF", fix=_SETUP) from error
    number = '<span class="pageNumber"></span>'
    footer = f'<div style="font-size: 8px; width: 100%; text-align: center">{number}</div>'
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=printer, args=["--no-sandbox"])
            tab = browser.new_page()
            # No request for a while is no sign: a busy machine may still be reading the page.
            tab.goto(page.as_uri(), wait_until="load")
            printed = tab.pdf(
                format="A4",
                margin={"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=footer,
                outline=True,
                tagged=True,
            )
            browser.close()
            return printed
    except Error as error:
        raise UserError(f"Chromium did not print the PDF: {error}") from error
