"""Holds the site's includes to the folders of :mod:`walkthrough.inputs.places`, as the harness does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from mkdocs.exceptions import PluginError

from walkthrough.inputs import places

#: What pymdownx.snippets calls its part of Markdown.
_PART = "snippet"


class AllowedIncludes(Extension):
    """Comes after ``pymdownx.snippets``, and refuses what it would include from elsewhere."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's own name
        """Take part in finding the files."""
        if _PART not in md.preprocessors:
            return
        part: Any = md.preprocessors[_PART]
        find = part.get_snippet_path

        def held(path: str) -> str | None:
            found: str | None = find(path)
            if found and (why := places.refused(Path(found), self.root)):
                raise PluginError(f"{path} cannot be included: {why}")
            return found

        part.get_snippet_path = held
