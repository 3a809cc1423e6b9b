"""The site's own expansion of includes (``pymdownx.snippets``), on lines that know where they came from.

It only moves lines about, so handing it such lines is enough: no second implementation that could differ.
What it leaves out, or takes otherwise than it was meant, without a word is an error here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from markdown import Markdown
from pymdownx.snippets import (  # type: ignore[import-untyped]
    SnippetExtension,
    SnippetMissingError,
    SnippetPreprocessor,
)

from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.inputs import places
from walkthrough.pages.origins import Line, Origin
from walkthrough.project import Project

#: Something that was meant as an include.
LOOKS_LIKE_ONE = re.compile(r"[ \t]*-+8<-+")

#: What stands before the mark of a section and is no sign of a comment.
_CODE = re.compile(r"\w")

_AS_TEXT = "to show it as text, begin the line with ;"


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
        #: The line that began the list of files that is being read.
        self.list_began: Line | None = None

    def parse_snippets(self, lines: Iterable[Line], *args: Any, **kwargs: Any) -> list[str]:
        depth = len(self.trail)
        expanded: list[str] = super().parse_snippets(self._watched(lines), *args, **kwargs)
        del self.trail[depth:]
        return expanded

    def _watched(self, lines: Iterable[Line]) -> Iterator[Line]:
        depth = len(self.trail)
        rest: list[Line] = []
        for line in lines:
            # What the site's file adds to each page (auto_append) has none.
            last = rest[-1].page_line if rest else 1
            rest.append(line if isinstance(line, Line) else Line.at(line, Origin(CONFIG, 1), last))
        began: Line | None = None
        for number, line in enumerate(rest):
            self.trail[depth:] = [line]
            marker = self.RE_ALL_SNIPPETS.match(line)
            if LOOKS_LIKE_ONE.match(line) and not marker and not super().match_section(line):
                raise self.error(
                    "this looks like an include and is none, so the site would print it as it stands",
                    f'write --8<-- "path" with one space, double quotes and nothing after them; {_AS_TEXT}',
                )
            section = super().match_section(line)
            if section and not section.group("escape") and (depth == 0 or _CODE.search(section.group("pre"))):
                raise self.error(
                    "the site leaves this line out: it would mark a section of a file that is included",
                    "let nothing but a comment stand before it, in a file of its own; "
                    "to show it as text, write ;--8<--",
                )
            if marker and not marker.group("escape"):
                if marker.group("block_marker"):
                    began = None if began is not None else line
                    if began is not None and not any(map(self._ends_list, rest[number + 1 :])):
                        raise self.error(
                            "this line begins a list of files to include, and no such line ends it",
                            f'{_AS_TEXT}; to include a file, write --8<-- "path"',
                        )
                elif began is not None:
                    # The library would leave it out without a word.
                    raise self.error(
                        f"an include in a list of files, which {began.origin} began",
                        "write the path alone; or leave out the line that begins the list",
                    )
            self.list_began = began
            yield line

    def _ends_list(self, line: Line) -> bool:
        marker = self.RE_ALL_SNIPPETS.match(line)
        return bool(marker and marker.group("block_marker") and not marker.group("escape"))

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
        if number := next((number for number, line in enumerate(lines, 1) if "\0" in line), 0):
            raise self.error(f"{name}:{number} has a NUL, which is no text", "take it away")
        page_line = self.trail[0].page_line
        return [Line.at(text, Origin(name, number), page_line) for number, text in enumerate(lines, start=1)]

    def get_snippet_path(self, path: str) -> str | None:
        found: str | None = super().get_snippet_path(path)
        if found in self.seen:
            # The library would leave it out without a word.
            raise self.error(f"{path} includes itself", "break the circle")
        folders = self.project.included
        if found and (why := places.refused(Path(found), self.project.root, folders)):
            raise self.error(
                f"{path} cannot be included: {why}",
                f"put what the page shows into {' or '.join(f'{folder}/' for folder in folders)}; or name "
                f"folders whose files may be read, in {CONFIG}: extra: {{walkthrough: {{includes: […]}}}}",
            )
        return found

    def select_snippet_lines(self, lines: list[str], target: dict[str, Any]) -> list[str]:
        count = len(lines) - (1 if lines and not lines[-1] else 0)
        for start, end in zip(target["start"], target["end"], strict=True):
            first = (start or 0) if (start or 0) >= 0 else len(lines) + (start or 0)
            last = len(lines) if end is None else end if end >= 0 else len(lines) + 1 + end
            if first >= last or last > len(lines):
                raise self.error(
                    f"{target['path']} has {count} lines, and not those that the include asks for",
                    "correct the numbers of the lines: PATH:FIRST:LAST",
                )
        selected: list[str] = super().select_snippet_lines(lines, target)
        if target["section"] and not any(line.strip() for line in selected):
            raise self.error(f"the section {target['section']} of {target['path']} is empty", "fill it")
        return selected

    def extract_section(self, section: str, lines: list[str]) -> list[str]:
        marks = [match.group("type") for line in lines if (match := self._own_section(section, line))]
        if "start" in marks and "end" not in marks:
            # The library would take the rest of the file.
            raise self.error(
                f"the section {section} has no end", f"end it with a line --8<-- [end:{section}]"
            )
        return cast(list[str], super().extract_section(section, lines))

    def _own_section(self, section: str, line: str) -> re.Match[str] | None:
        match = super().match_section(str(line))
        return match if match and not match.group("escape") and match.group("name") == section else None

    def dedent(self, lines: list[str]) -> list[str]:
        dedented: list[str] = super().dedent(lines) if lines else []
        # Indentation goes, lines stay: one for one.
        return [
            line._like_this(text) if isinstance(line, Line) else text
            for line, text in zip(lines, dedented, strict=True)
        ]

    def error(self, what: str, fix: str) -> UserError:
        """An error at the line being read: ``page:line``, and the files it was included through."""
        *outer, last = [line.origin for line in self.trail]
        where = str(last) if not outer else f"{outer[0]}, in {' in '.join(map(str, [*outer[1:], last]))}"
        return UserError(what, where=where, fix=fix)


def expanded(page: list[Line], options: dict[str, Any], project: Project) -> list[str]:
    """The lines of a page with its includes, by the options that the site has for them."""
    md = Markdown()
    try:
        base = options.get("base_path", ["."])
        bases = [base] if isinstance(base, (str, os.PathLike)) else base
        # These are promises of the harness, whatever the site's file says; the site is built at its root.
        options = {**options, "base_path": [str(project.root / each) for each in bases]}
        options |= {"check_paths": True, "restrict_base_path": True, "url_download": False}
        preprocessor = _Preprocessor(SnippetExtension(**options).getConfigs(), md, project)
        if not all(isinstance(each, str) for each in preprocessor.auto_append):
            raise TypeError("auto_append is no list of files")
    except Exception as error:  # it asks for no form of its options
        raise UserError(
            f"pymdownx.snippets cannot be set up: {error}", where=CONFIG, fix="correct its options"
        ) from None
    try:
        return cast(list[str], preprocessor.run(page))
    except SnippetMissingError as error:
        began = preprocessor.list_began
        what = str(error)
        fix = "write the path relative to the root of the checkout, and create the file"
        if began is not None:
            what += f"; the line {began.origin} began a list of files to include"
        raise preprocessor.error(
            what, f"{fix}; {_AS_TEXT.replace('the line', 'the line that includes')}"
        ) from None
