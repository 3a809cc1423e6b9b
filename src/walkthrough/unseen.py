"""Signs that nobody sees, and that would do something to whoever shows them: a terminal, a report."""

from __future__ import annotations

import unicodedata

#: Between letters of some languages they only join or part them.
_JOINS = ("\u200c", "\u200d")
#: What ends and indents the lines of a text.
_LAYOUT = "\n\t"


def unseen(sign: str) -> bool:
    """Whether a sign is half a one, ends a line, moves the cursor or turns what is around it."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in _JOINS


def visible(text: str, keep: str = _LAYOUT) -> str:
    """The text with each such sign by its number; it is as it was where it has none.

    :param keep: those that stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(ascii(sign)[1:-1] if unseen(sign) and sign not in keep else sign for sign in text)
