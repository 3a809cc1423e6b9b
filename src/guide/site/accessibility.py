"""Fixes Material's own accessibility faults in the finished HTML.

Each fix must find what it fixes: a new version of the theme that changes it stops the build, instead
of losing the fix.
"""

from __future__ import annotations

import re

from guide.site.texts import Locale, text

_SEARCH = 'data-md-component="search" role="dialog"'
_CONTENTS = '<nav class="md-nav md-nav--secondary" aria-label="'
_PART = '<nav class="md-nav" aria-label="'


def fix(html: str, locale: Locale) -> str:
    """One page's HTML, with names for the search dialog and for each landmark.

    :raises ValueError: the theme's HTML is not as it was.
    """
    if html.count(_SEARCH) != 1:
        raise ValueError("the theme's search dialog was not found; has Material changed?")
    html = html.replace(_SEARCH, f'{_SEARCH} aria-label="{text(locale, "search")}"')
    if html.count(_CONTENTS) == 2:
        # The table of contents stands on the page twice, in the menu and beside the text.
        first, _, rest = html.partition(_CONTENTS)
        second = rest.index(_CONTENTS)
        return first + _rename(_CONTENTS + rest[:second], locale) + rest[second:]
    return html


def _rename(html: str, locale: Locale) -> str:
    """The menu's part of the page, with its landmarks' names told apart from the ones beside the text."""
    note = text(locale, "in-menu")
    pattern = f'({re.escape(_CONTENTS)}|{re.escape(_PART)})([^"]*)"'
    return re.sub(pattern, rf'\g<1>\g<2> {note}"', html)
