"""The order of a session's tests: that in which a reader meets the blocks."""

from __future__ import annotations

import pytest
from sybil.integration.pytest import SybilItem

from walkthrough import hooks
from walkthrough.pages.block import Block
from walkthrough.pages.loading import Site
from walkthrough.project import Project
from walkthrough.run import again


def block_of(item: pytest.Item | None) -> Block | None:
    """The block that a test runs; nothing for a test of another kind."""
    if isinstance(item, SybilItem) and isinstance(item.example.parsed, Block):
        return item.example.parsed
    return None


def arrange(items: list[pytest.Item], project: Project, *, twice: bool = False) -> None:
    """Put the blocks in reading order: a page in the language that runs, then its likeness in the others.

    :param twice: everything is to run twice; a page's second time comes right after its first.
    """
    order = {name: number for number, name in enumerate(project.nav)}
    languages = project.languages

    def place(item: pytest.Item) -> tuple[int, int, bool, int]:
        block = block_of(item)
        if block is None:
            return len(order), 0, False, 0
        return order[block.page], languages.index(block.language), block.again, block.index

    items.sort(key=place)
    if twice:
        items += again.items(
            item
            for item in items
            if isinstance(item, SybilItem) and (block := block_of(item)) and block.language == languages[0]
        )
        items.sort(key=place)


def refuse_gaps(items: list[pytest.Item], site: Site) -> None:
    """Refuse to run some of the blocks only: each stands on all before it.

    :raises pytest.UsageError: pages whose blocks are not all among the tests.
    """
    expected = {block.key for language in site.languages for block in site.blocks(language)}
    found = {block.key for item in items if (block := block_of(item)) is not None}
    if expected != found:
        missing = ", ".join(sorted({f"docs/{language}/{page}" for language, page, _ in expected - found}))
        raise pytest.UsageError(
            f"the run would leave out blocks of {missing}\n"
            f"  what to do: run pages together with all that they stand on: {hooks.program()} verify PAGE"
        )
