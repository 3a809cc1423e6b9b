"""Refuses failures inside a step that bash says nothing of, ``set -e`` and ``pipefail`` notwithstanding.

``echo "$(false)"`` has the exit code of ``echo``; ``export X=$(false)`` that of ``export``; in ``false && x``
nobody looks at ``false`` unless the block ends there (:mod:`walkthrough.terminal.losses`). Every block that
is run is read, wherever it is written. Where what comes after it tells anyway, a file of a plugin says so
(:func:`walkthrough.hooks.noticed`), in tables ``[[allowed]]`` of:

- ``text``, a part of what may fail;
- ``blocks``, the ids of the blocks that have it;
- ``reason``, what tells of it all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tree_sitter import Node

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.inputs import read_toml
from walkthrough.inputs.schema import held
from walkthrough.pages.block import Block
from walkthrough.pages.loading import Site
from walkthrough.terminal import losses, syntax
from walkthrough.terminal.constant import constant
from walkthrough.terminal.handed import exports
from walkthrough.terminal.pasted import finding
from walkthrough.terminal.syntax import line, text

_UNREAD = "the grammar of bash that failures are looked for with cannot read this"
_SIMPLER = "write it in simpler forms, so that it can: test -d / for [ -d / ], a heredoc on a line of its own"


@dataclass(frozen=True)
class Allowance:
    """A failure that may be lost.

    :param text: a part of what may fail.
    :param blocks: the ids of the blocks that have it.
    :param reason: what tells of it all the same.
    :param file: where it stands.
    """

    text: str
    blocks: tuple[str, ...]
    reason: str
    file: str


def allowances() -> tuple[Allowance, ...]:
    """Those of all plugins.

    :raises UserError: a file has not its form.
    """
    return tuple(one for file in hooks.noticed() for one in _of(file))


@lru_cache(maxsize=4)
def _of(file: Path) -> tuple[Allowance, ...]:
    data = held(read_toml(file), "failures that are noticed")
    return tuple(
        Allowance(each["text"], tuple(each["blocks"]), each["reason"], data.name)
        for each in data.value["allowed"]
    )


def compared(site: Site) -> frozenset[str]:
    """The ids of the blocks whose output the page shows, so that it is compared."""
    outputs = (block.of for language in site.languages for block in site.blocks(language))
    return frozenset(block.id for block in outputs if block is not None and block.id)


def findings(blocks: Iterable[Block], compared: Collection[str] = ()) -> Iterator[UserError]:
    """Each failure that would be lost, in the order of the blocks.

    :param compared: the blocks with an output.
    """
    blocks = list(blocks)
    yield from _waited_for(blocks)
    for block, node, what, fix in _lost(blocks, compared):
        if not any(_covers(each, block, node) for each in allowances()):
            yield finding(block, line(node), what, fix)


def unused(blocks: Iterable[Block], compared: Collection[str] = ()) -> Iterator[UserError]:
    """Allowances for what is not there any more, given all blocks of the site."""
    lost = list(_lost(blocks, compared))
    for allowance in allowances():
        for name in allowance.blocks:
            if not any(block.id == name and _covers(allowance, block, node) for block, node, _, _ in lost):
                yield UserError(
                    f"{name} loses no failure of {allowance.text} any more",
                    where=allowance.file,
                    fix="take the block's name away there",
                )


def _waited_for(blocks: Iterable[Block]) -> Iterator[UserError]:
    """What a step in the background is waited for by: a condition, and the only one that it has."""
    known: dict[str, Node] = {}
    for block in blocks:
        if block.attributes.language == "bash" and block.until:
            asked = syntax.statements(syntax.parse(f"{block.until}\n"))
            answer = constant(asked[0]) if len(asked) == 1 else None
            if answer is not None:
                what = f"{block.name}: until='{block.until}' holds {'always' if answer else 'never'}"
                fix = "ask for what is so once the step is up"
                yield UserError(what, where=str(block.where), fix=fix)
            loop = syntax.parse(f"until {block.until}\ndo sleep 1\ndone\n")
            for _, what, fix in losses.said(loop, known) if answer is None else ():
                what = f"{block.name}: in until='{block.until}', {what}"
                yield UserError(what, where=str(block.where), fix=fix)
                break
        if block.attributes.language == "bash":
            known |= syntax.functions(syntax.parse(block.body))


def _covers(allowance: Allowance, block: Block, node: Node) -> bool:
    return block.id in allowance.blocks and allowance.text in text(node)


def _lost(blocks: Iterable[Block], compared: Collection[str]) -> Iterator[tuple[Block, Node, str, str]]:
    # The shell keeps what a block defines for those after it.
    known: dict[str, Node] = {}
    exported: frozenset[str] = frozenset()
    for block in blocks:
        if block.attributes.language != "bash":
            continue
        seen = set()
        root = syntax.parse(block.body)
        if (unread := syntax.broken(root)) is not None:
            yield block, unread, _UNREAD, _SIMPLER
        for node, what, fix in losses.said(root, known, exported=exported, compared=block.id in compared):
            if node.start_byte not in seen:
                seen.add(node.start_byte)
                yield block, node, what, fix
        known |= syntax.functions(root)
        exported |= exports(root)
