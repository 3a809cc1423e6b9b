"""Where the output of a command in a console stands, and that place with other lines in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.pages.loading import load, load_all
from walkthrough.pages.origins import Origin
from walkthrough.pages.rules import CONSOLES, Kind
from walkthrough.project import Project

_BY_HAND = "correct it by hand"


@dataclass(frozen=True)
class Place:
    """Lines of a file that are an output.

    :param first: the first of them, from 0; where there are none, the line that they would come before.
    :param count: how many there are.
    :param prefix: what each line begins with before it: the depth of a list, the mark of a quotation.
    """

    file: Path
    first: int
    count: int
    prefix: str


def is_in_one(output: Block) -> bool:
    """Whether an output is what stands under a command of a console."""
    return output.of is not None and output.of.attributes.classes[0] in CONSOLES


def places(project: Project, output: Block) -> list[Place]:
    """Where an output stands, once for each file that has it: pages in other languages have it as well.

    :raises UserError: it is not a place of its own.
    """
    found: dict[Place, None] = {}
    for language in project.languages:
        path = project.page_path(output.page, language)
        if not path.is_file():
            continue
        # The page as it is now: other outputs of it may have been rewritten already.
        page, _ = load(path)
        twin = next((block for block in page.blocks if block.index == output.index), None)
        if twin is None or twin.kind is not Kind.OUTPUT or twin.of is None:
            raise _refused(output, f"{project.relative(path)} has something else in its place")
        found[_place(project, twin)] = None
    _alone(project, output, found)
    return list(found)


def rewritten(places: Iterable[Place], text: str) -> dict[Path, str]:
    """Each file of these places with a text there."""
    new: dict[Path, str] = {}
    for place in places:
        lines = _lines(place.file)
        written = [f"{place.prefix}{line}".rstrip() for line in text.removesuffix("\n").split("\n")]
        lines[place.first : place.first + place.count] = written if text.strip() else []
        new[place.file] = "\n".join(lines)
    return new


def _place(project: Project, output: Block) -> Place:
    assert output.of is not None
    shown = [
        (line, origin) for line, origin in zip(output.text_lines, output.lines, strict=True) if line.strip()
    ]
    last = output.of.lines[-1]
    where = shown[0][1] if shown else last
    file = project.root / where.path
    if file.is_symlink() or not file.resolve().is_relative_to(project.root.resolve()):
        raise _refused(output, f"{where.path} is a link")
    if output.placeholders:
        raise _refused(output, "it holds a placeholder, which was not printed")
    lines = _lines(file)
    if any("\r" in line for line in lines):
        raise _refused(output, f"{where.path} has carriage returns")
    if not shown:
        # A command that printed nothing: the depth that it stands at is that of what comes below it.
        depth = re.match(r"[ \t>]*", lines[output.of.lines[0].line - 1])
        return Place(file, last.line, 0, depth[0] if depth else "")
    first, end = where.line - 1, shown[-1][1].line
    inside = [origin for _, origin in shown]
    if any(origin.path != where.path or not first < origin.line <= end for origin in inside):
        raise _refused(output, "parts of it stand in different places")
    raw = lines[first]
    prefix = raw[: len(raw.rstrip()) - len(shown[0][0].rstrip())]
    known = {origin.line: line for line, origin in shown}
    for number in range(first + 1, end + 1):
        if lines[number - 1].rstrip() != f"{prefix}{known.get(number, '')}".rstrip():
            raise _refused(output, f"{where.path}:{number} is not what the page shows")
    return Place(file, first, end - first, prefix)


def _alone(project: Project, output: Block, places: Iterable[Place]) -> None:
    """Refuse lines that something else shows as well."""
    own = {
        (place.file, line)
        for place in places
        for line in range(place.first + 1, place.first + place.count + 1)
    }
    touched = {place.file for place in places if place.count == 0}
    for block, origin in _shown(project):
        if (block.page, block.index) == (output.page, output.index):
            continue
        file = project.root / origin.path
        if (file, origin.line) in own or (file in touched and block.page != output.page):
            raise _refused(output, f"{block.name} shows it, too")


def _shown(project: Project) -> Iterator[tuple[Block, Origin]]:
    site = load_all(project)
    for language in site.languages:
        for block in site.blocks(language):
            for origin in block.lines:
                yield block, origin


def _lines(file: Path) -> list[str]:
    return file.read_bytes().decode().split("\n")


def _refused(output: Block, why: str) -> UserError:
    return UserError(
        f"the expected output of {output.name} cannot be rewritten where it stands: {why}",
        where=str(output.where),
        fix=_BY_HAND,
    )
