"""Expands includes exactly as the site does, and remembers where every line came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from walkthrough.errors import UserError
from walkthrough.pages import extensions
from walkthrough.pages.origins import Line, Origin
from walkthrough.pages.preprocessor import LOOKS_LIKE_ONE, expanded
from walkthrough.project import Project


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


def _refuse_all(page: Iterable[Line]) -> None:
    """Includes on a site that has none are text."""
    for line in page:
        if LOOKS_LIKE_ONE.match(line):
            raise UserError(
                "the site has no includes, so it would print this as it stands",
                where=str(line.origin),
                fix="put pymdownx.snippets into markdown_extensions in mkdocs.yml",
            )


def expand(text: str, path: str, project: Project) -> Expansion:
    """Expand the includes of a page.

    :param text: the page, lines ended by ``\\n``.
    :param path: the page's path relative to the root, for origins.
    :raises UserError: at ``page:line``, an include that cannot be expanded.
    """
    page = [Line.at(line, Origin(path, n), n) for n, line in enumerate(text.split("\n"), start=1)]
    options = extensions.of(project.root).options("pymdownx.snippets")
    if options is None:
        _refuse_all(page)
        lines: list[str] = list(page)
    else:
        lines = expanded(page, options, project)
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
