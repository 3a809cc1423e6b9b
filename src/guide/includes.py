"""Expands includes exactly as the site does, and remembers where every line came from.

The expansion is the library's own (``pymdownx.snippets``). It only moves lines about, so handing it
lines that know their origin is enough: no second implementation that could differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, SupportsIndex

from markdown import Markdown
from pymdownx.snippets import (  # type: ignore[import-untyped]
    SnippetExtension,
    SnippetMissingError,
    SnippetPreprocessor,
)

from guide.errors import GuideError
from guide.project import Project

#: Something that was meant as an include.
_LOOKS_LIKE_ONE = re.compile(r"[ \t]*-+8<-+")


class Origin(NamedTuple):
    """A line of a file. ``path`` is relative to the guide's root, ``line`` counts from 1."""

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


class _SectionMatch:
    """A match of a section marker, whose groups keep the line's origin."""

    def __init__(self, match: re.Match[str], line: Line) -> None:
        self.match = match
        self.line = line

    def group(self, name: str) -> Line | None:
        text = self.match.group(name)
        return None if text is None else self.line._like_this(text)


class _Preprocessor(SnippetPreprocessor):  # type: ignore[misc]
    """The site's include expansion on :class:`Line` objects.

    ``trail`` holds the line that is being read in the page and in each file included from it.
    """

    def __init__(self, config: dict[str, Any], md: Markdown, project: Project) -> None:
        super().__init__(config, md)
        self.project = project
        self.trail: list[Line] = []

    def parse_snippets(self, lines: Iterable[Line], *args: Any, **kwargs: Any) -> list[str]:
        depth = len(self.trail)
        expanded: list[str] = super().parse_snippets(self._watched(lines), *args, **kwargs)
        del self.trail[depth:]
        return expanded

    def _watched(self, lines: Iterable[Line]) -> Iterator[Line]:
        depth = len(self.trail)
        for line in lines:
            self.trail[depth:] = [line]
            if (
                _LOOKS_LIKE_ONE.match(line)
                and not self.RE_ALL_SNIPPETS.match(line)
                and not super().match_section(line)
            ):
                raise self.error(
                    "this looks like an include and is none, so the site would print it as it stands",
                    'write --8<-- "path" with one space, double quotes and nothing after them; '
                    "begin the line with ; to show it as text",
                )
            yield line

    def match_section(self, line: str) -> Any:
        match = super().match_section(line)
        return _SectionMatch(match, line) if match and isinstance(line, Line) else match

    def read_lines(self, path: str) -> list[str]:
        file = self.project.root.joinpath(path)
        try:
            lines = super().read_lines(path)
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(
                f"the included file {self.project.relative(file)} cannot be read: {error}",
                "include a text file in UTF-8",
            ) from error
        name = self.project.relative(file)
        page_line = self.trail[0].page_line
        return [Line.at(text, Origin(name, number), page_line) for number, text in enumerate(lines, start=1)]

    def get_snippet_path(self, path: str) -> str | None:
        found: str | None = super().get_snippet_path(path)
        if found in self.seen:
            # The library would leave it out without a word.
            raise self.error(f"{path} includes itself", "break the circle")
        return found

    def dedent(self, lines: list[str]) -> list[str]:
        dedented: list[str] = super().dedent(lines)
        # Indentation goes, lines stay: one for one.
        return [
            line._like_this(text) if isinstance(line, Line) else text
            for line, text in zip(lines, dedented, strict=True)
        ]

    def error(self, what: str, fix: str) -> GuideError:
        """An error at the line being read: ``page:line``, and the files it was included through."""
        *outer, last = [line.origin for line in self.trail]
        where = str(last) if not outer else f"{outer[0]}, in {' in '.join(map(str, [*outer[1:], last]))}"
        return GuideError(what, where=where, fix=fix)


@dataclass(frozen=True)
class Expansion:
    """A page with its includes expanded. The three lists have one entry a line."""

    lines: list[str]
    origins: list[Origin]
    page_lines: list[int]

    @property
    def text(self) -> str:
        """The expanded page."""
        return "\n".join(self.lines)


def expand(text: str, path: str, project: Project) -> Expansion:
    """Expand the includes of a page.

    :param text: the page, lines ended by ``\\n``.
    :param path: the page's path relative to the root, for origins.
    :raises GuideError: at ``page:line``, an include that cannot be expanded.
    """
    options = {**project.extension("pymdownx.snippets"), "base_path": [str(project.root)]}
    # These three are promises of the guide, whatever the site's file says.
    options |= {"check_paths": True, "restrict_base_path": True, "url_download": False}
    md = Markdown()
    preprocessor = _Preprocessor(SnippetExtension(**options).getConfigs(), md, project)
    page = [Line.at(line, Origin(path, n), n) for n, line in enumerate(text.split("\n"), start=1)]
    try:
        lines = preprocessor.run(page)
    except SnippetMissingError as error:
        raise preprocessor.error(
            str(error), "write the path relative to the root of the checkout, and create the file"
        ) from None
    origins: list[Origin] = []
    page_lines: list[int] = []
    origin, page_line = Origin(path, 1), 1
    for line in lines:
        if isinstance(line, Line):
            origin, page_line = line.origin, line.page_line
        # Else an empty line of the block form of includes: it belongs to the line before.
        origins.append(origin)
        page_lines.append(page_line)
    return Expansion([str(line) for line in lines], origins, page_lines)
