"""Pages as Sybil documents: includes expanded, every line mapped back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sybil import Document, Example, Sybil
from sybil.typing import Parser

from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import frontmatter, read_text
from walkthrough.pages.includes import Expansion, expand
from walkthrough.pages.origins import Origin
from walkthrough.project import Project


class PageDocument(Document):
    """A page, as the site reads it.

    Its text is the expanded page with an empty line in place of each line of the front matter. Examples
    carry the line of the page, not of the expanded text.
    """

    def __init__(self, path: str, project: Project, expansion: Expansion, meta: dict[str, Any]) -> None:
        super().__init__(expansion.text, path)
        self.project = project
        self.origins = expansion.origins
        self.page_lines = expansion.page_lines
        #: The front matter.
        self.meta = meta
        #: The path that messages show, relative to the root.
        self.name = project.relative(Path(path))
        #: The page's name, the same in all languages.
        self.page = project.page_of(Path(path))
        self.language = project.language_of(Path(path))

    @classmethod
    def parse(cls, path: str, *parsers: Parser, encoding: str = "utf-8") -> PageDocument:
        """Read a page, expand its includes, and parse it with the supplied parsers.

        :raises UserError: at ``page:line``, what is wrong with the page.
        """
        file = Path(path)
        project = Project.of(file)
        name = project.relative(file)
        if harmless.leads_out(file, project.root):
            # What is wrong with it would be quoted.
            raise UserError("this page leads out of the site", where=name, fix="put a copy in its place")
        # As MkDocs reads it: any line ends, and a byte order mark is no text.
        body, meta = frontmatter.split(read_text(file, name), name)
        document = cls(path, project, expand(body, name, project), meta.value if meta else {})
        for parser in parsers:
            for region in parser(document):
                document.add(region)
        return document

    def page_line(self, line: int) -> int:
        """The line of the page that a line of the expanded text stands on."""
        return self.page_lines[min(line, len(self.page_lines)) - 1]

    def origin(self, line: int) -> Origin:
        """``page:line`` of a line of the expanded text."""
        return Origin(self.name, self.page_line(line))

    def where(self, line: int) -> str:
        """``page:line`` as messages show it, with the included file where the line stands in one."""
        origin, on_page = self.origins[line - 1], self.origin(line)
        return str(on_page) if origin == on_page else f"{on_page}, in {origin}"

    def examples(self) -> Iterator[Example]:
        """The document's examples, at their lines on the page."""
        for example in super().examples():
            example.line = self.page_line(example.line)
            yield example


class PageSybil(Sybil):
    """A :class:`~sybil.Sybil` that names blocks as people do: ``cluster.md:42 cluster-install``."""

    def identify(self, example: Example) -> str:
        """The name of a block's test."""
        document = example.document
        page = document.page if isinstance(document, PageDocument) else Path(example.path).name
        name = f"{page}:{example.line} {getattr(example.parsed, 'name', '')}".rstrip()
        return f"{name}, again" if getattr(example.parsed, "again", False) else name
