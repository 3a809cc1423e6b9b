"""Both languages of a page must have the same anchors, so that a link survives a change of language."""

from __future__ import annotations

from collections.abc import Iterable

from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

from guide.site.texts import DEFAULT, Locale

log = get_plugin_logger("guide.site.headings")


class Anchors:
    """The anchors of one build's pages, as the default language has them."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}

    def compare(self, page: Page, locale: Locale) -> None:
        """Remember the default language's anchors; warn where another language's differ.

        The first heading is left out: it is the page's title, and a link to it is a link to the page.
        """
        name = page.file.src_uri.partition("/")[2]
        anchors = _ids(page.toc)[1:]
        if locale == DEFAULT:
            self._known[name] = anchors
        elif anchors != (expected := self._known.get(name, anchors)):
            odd = sorted(set(anchors) ^ set(expected)) or ["the same ones, in another order"]
            log.warning(
                "docs/%s: its headings' ids differ from docs/%s/%s: %s. Give both the same: ## Why {#why}",
                page.file.src_uri,
                DEFAULT,
                name,
                ", ".join(odd),
            )


def _ids(items: Iterable[AnchorLink]) -> list[str]:
    return [anchor for item in items for anchor in (item.id, *_ids(item.children))]
