"""Holds the site's includes to the folders of :mod:`walkthrough.inputs.places`, as the harness does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from mkdocs.exceptions import PluginError
from pymdownx.snippets import SnippetMissingError  # type: ignore[import-untyped]

from walkthrough.errors import UserError
from walkthrough.inputs import places, read_text

#: What pymdownx.snippets calls its part of Markdown.
_PART = "snippet"


class AllowedIncludes(Extension):
    """Comes after ``pymdownx.snippets``: refuses includes from elsewhere, and of what is no text."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's own name
        """Take part in finding and reading the files."""
        if _PART not in md.preprocessors:
            return
        part: Any = md.preprocessors[_PART]
        find, read, run = part.get_snippet_path, part.read_lines, part.run

        def held(path: str) -> str | None:
            try:
                found: str | None = find(path)
            except ValueError as error:  # a NUL, which no path has
                raise _cannot(path, str(error)) from None
            if found and (why := places.refused(Path(found), self.root)):
                raise _cannot(path, why)
            return found

        def as_text(path: str) -> list[str]:
            try:
                read_text(Path(path), Path(path).resolve().relative_to(self.root.resolve()).as_posix())
            except UserError as error:
                # MkDocs names the page.
                raise PluginError(f"an include cannot be read: {error}") from None
            lines: list[str] = read(path)
            return lines

        def told(lines: list[str]) -> list[str]:
            try:
                made: list[str] = run(lines)
            except SnippetMissingError as error:
                raise PluginError(f"{error}\n  what to do: correct the line with 8<, or write it") from None
            except RecursionError:
                raise PluginError("its includes include others, too many deep") from None
            return made

        part.get_snippet_path, part.read_lines, part.run = held, as_text, told


def _cannot(path: str, why: str) -> PluginError:
    return PluginError(f"{path} cannot be included: {why}")
