"""Which blocks the reader pastes into a terminal, and where a line of one stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.pages.loading import Site
from walkthrough.pages.rules import Kind
from walkthrough.terminal import syntax

#: What a fence is called that a shell is to read.
_LANGUAGES = ("bash", "sh", "shell", "zsh")


def blocks(site: Site, *, checks: bool = False) -> Iterator[Block]:
    """Every block that the reader pastes, in reading order; one that both languages have is given once.

    What nests too deep to be read is left out: :func:`too_deep` tells of it.

    :param checks: those that only the harness runs as well.
    """
    return (block for block in _blocks(site, checks=checks) if not _nests_too_deep(block.body))


def too_deep(site: Site) -> Iterator[UserError]:
    """The blocks that nobody can read, for they hold one thing in another a hundred times over."""
    for block in _blocks(site, checks=True):
        if _nests_too_deep(block.body):
            yield finding(block, None, "it nests too deep to be read", "write it flatter")


@lru_cache(maxsize=4096)
def _nests_too_deep(body: str) -> bool:
    return syntax.nests_too_deep(syntax.parse(body))


def _blocks(site: Site, *, checks: bool) -> Iterator[Block]:
    kinds = {Kind.STEP, Kind.MANIFEST, Kind.SKIP, *([Kind.CHECK] if checks else [])}
    seen: set[str] = set()
    for language in site.languages:
        for block in site.blocks(language):
            shell = block.attributes.language in _LANGUAGES
            if block.kind in kinds and shell and block.body not in seen:
                seen.add(block.body)
                yield block


def finding(block: Block, line: int | None, what: str, fix: str) -> UserError:
    """What is wrong with a line of a block.

    :param line: from 1; none where it is the block as a whole.
    """
    where = str(block.where)
    line = line if line and line <= len(block.lines) else None
    origin = block.lines[line - 1] if line else block.source
    shown = f": {block.text_lines[line - 1].strip()}" if line else ""
    what = f"{block.name}: {what}{shown}"
    if str(origin) != where:
        where += f", in {origin}" if origin.path != block.where.path else f", line {origin.line}"
    return UserError(what, where=where, fix=fix)


def in_order(errors: Iterable[tuple[int, int, UserError]]) -> list[UserError]:
    """Findings in reading order: by the block's place, then by line; each once."""
    unique = {(place, line, error.what): error for place, line, error in errors}
    return [error for _, error in sorted(unique.items(), key=lambda item: item[0])]
