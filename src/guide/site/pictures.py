"""Puts SVG pictures into the page itself, where they follow the reader's light or dark mode."""

from __future__ import annotations

import re
from pathlib import Path

from guide.site.texts import Locale

_IMAGE = re.compile(r'(?:<p>\s*)?<img [^>]*src="(?:[^"]*/)?assets/([\w-]+)\.(nb|en)\.svg"[^>]*>(?:\s*</p>)?')


def inline(html: str, docs: Path, locale: Locale) -> str:
    """Replace each ``<img>`` of a picture that exists in both languages by the picture itself.

    The picture brings its own title and description along, so the alternative text of the Markdown,
    which other viewers use, is dropped. It scrolls sideways on a narrow screen.
    """

    def picture(match: re.Match[str]) -> str:
        svg = (docs / "assets" / f"{match[1]}.{locale}.svg").read_text(encoding="utf-8").strip()
        name = f'role="group" aria-labelledby="{match[1]}-title"'
        return f'<div class="guide-picture" tabindex="0" {name}>{svg}</div>'

    return _IMAGE.sub(picture, html)
