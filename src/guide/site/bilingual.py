"""Fixes what static-i18n and Material do to a site of two languages.

Both languages are built into one folder, one after the other: the second would overwrite the first
one's ``404.html``, and both share one search index (:mod:`guide.site.search`).
"""

from __future__ import annotations

import json
import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from guide.site import search
from guide.site.texts import DEFAULT, Locale

_ALTERNATE = re.compile(r'<link rel="alternate"[^>]*hreflang=[^>]*>\s*')
_DEFAULT_LINK = re.compile(rf'(\s*)<xhtml:link rel="alternate" hreflang="{DEFAULT}" href="([^"]*)"/>')
_CONFIG = re.compile(r'(<script id="__config" type="application/json">)(.*?)(</script>)', re.DOTALL)


def fix_page(html: str, locale: Locale) -> str:
    """One page's HTML, without what would make the browser ask for files that do not exist.

    Material fetches a site map for each alternate in the head; the site map itself keeps ``hreflang``.
    The search index is looked for below ``base``, so each language's base is its own folder; its worker, too.
    """
    html = _ALTERNATE.sub("", html)

    def rebase(match: re.Match[str]) -> str:
        settings = json.loads(match[2])
        settings["base"] = f"{settings['base'].rstrip('/')}/{search.folder(locale)}"
        settings["search"] = settings["base"] + search.WORKER
        return f"{match[1]}{json.dumps(settings, ensure_ascii=False, separators=(',', ':'))}{match[3]}"

    html, found = _CONFIG.subn(rebase, html)
    if found != 1:
        raise ValueError(f"the theme's settings were found {found} times on a page; has Material changed?")
    return html


def switch_to(config: MkDocsConfig, page: Page | None) -> None:
    """Let the language switcher lead to the same page in each language; to the front pages for None.

    Static-i18n's own links lead from a front page by absolute paths, which only work at the site's final
    address, and those of the last page stay behind for the error page.
    """
    links = [dict(link) for link in config.extra["alternate"]]
    if page is not None:
        files = page.file.alternates  # type: ignore[attr-defined]  # static-i18n's own addition
        for link in links:
            link["link"] = files[link["lang"]].url if link["lang"] in files else link["link"]
    # The templates read the attribute before the item; static-i18n writes now the one, now the other.
    config.extra.alternate = links  # type: ignore[attr-defined]


def fix_sitemap(xml: str) -> str:
    """The site map with the default language as the one for all other readers."""
    return _DEFAULT_LINK.sub(r'\g<0>\1<xhtml:link rel="alternate" hreflang="x-default" href="\2"/>', xml)
