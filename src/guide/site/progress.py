"""How far the reader has come: what ``progress.js`` remembers in the browser, and shows.

The server knows nothing of it. What is drawn here is hidden until the script has filled it in.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from guide.site.texts import Locale, text
from walkthrough.site.proofs import Proofs

#: What the script says in the reader's language, by the names that it knows.
_SPOKEN = ("done", "step-done", "so-far", "next")


def address(page: str) -> str:
    """A page's address below its language's folder: ``cluster/``, empty for the front page."""
    return "" if page == "index.md" else f"{page.removesuffix('.md')}/"


def chapters(proofs: Proofs, pages: Iterable[str], locale: Locale) -> list[str]:
    """The pages with something to do, in reading order."""
    return [page for page in pages if proofs.runs(page, locale)]


def footer(page: str, chapters: list[str], locale: Locale) -> str:
    """The end of a chapter, and of the front page: how far one has come. Empty on other pages."""
    if page not in chapters and page != "index.md":
        return ""
    words = "".join(f' data-{key}="{escape(text(locale, f"progress-{key}"))}"' for key in _SPOKEN)
    known = escape(" ".join(map(address, chapters)))
    button = ""
    if page in chapters:
        button = (
            '<button type="button" class="guide-progress__done md-button" aria-pressed="false">'
            f"{text(locale, 'progress-mark')}</button>"
        )
    return (
        f'<section class="guide-progress" aria-label="{text(locale, "progress")}" hidden '
        f'data-page="{escape(address(page))}" data-chapters="{known}"{words}>{button}'
        '<p class="guide-progress__so-far" role="status"></p>'
        f'<button type="button" class="guide-progress__forget">{text(locale, "progress-forget")}</button>'
        "</section>"
    )
