"""Lines of text that know which line of which file they are."""

from __future__ import annotations

from typing import NamedTuple, SupportsIndex


class Origin(NamedTuple):
    """A line of a file. ``path`` is relative to the site's root, ``line`` counts from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Line(str):
    """A line of text with its origin, which survives what the library does to lines.

    ``page_line`` is the line of the page that this line was expanded from.
    """

    origin: Origin
    page_line: int

    @classmethod
    def at(cls, text: str, origin: Origin, page_line: int) -> Line:
        """``text`` as read at ``origin``."""
        line = cls(text)
        line.origin = origin
        line.page_line = page_line
        return line

    def _like_this(self, text: str) -> Line:
        return Line.at(text, self.origin, self.page_line)

    def __add__(self, right: str) -> Line:
        return self._like_this(str(self) + str(right))

    def __radd__(self, left: str) -> Line:
        return self._like_this(str(left) + str(self))

    def replace(self, old: str, new: str, count: SupportsIndex = -1) -> Line:
        """As :meth:`str.replace`."""
        return self._like_this(str(self).replace(old, new, count))
