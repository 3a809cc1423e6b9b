"""A second time: after each page its blocks run once more, as if the reader had begun the page anew.

The state of the shell and the cluster is that of the page's end. A step must end with its exit code again,
and every check must hold again. What a step prints may differ: "created" is "unchanged" now. A block that
cannot be run again says why in ``once="…"``, and the site shows that to the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from typing import cast

from sybil.integration.pytest import SybilFile, SybilItem

from walkthrough.pages.block import Block


def second(blocks: Iterable[Block]) -> Iterator[Block]:
    """A page's blocks as they run the second time.

    :param blocks: all of a page, in their order.
    """
    twins: dict[Block, Block] = {}
    for block in blocks:
        owner = twins[block.of] if block.of is not None else None
        twin = replace(block, again=True, of=owner, outputs=[])
        if owner is not None:
            owner.outputs.append(twin)
        twins[block] = twin
        yield twin


def items(first: Iterable[SybilItem]) -> Iterator[SybilItem]:
    """The tests of a second time.

    :param first: those of one page's blocks, in their order.
    """
    first = list(first)
    for item, block in zip(first, second(item.example.parsed for item in first), strict=True):
        example = copy(item.example)
        example.parsed = block
        file = cast(SybilFile, item.parent)
        yield SybilItem.from_parent(file, sybil=file.sybils[0], example=example)
