"""Shows the facts on the terminal: a list that somebody works through."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from guide.contracts.reading import Pins
from guide.contracts.table import Fact, load


def show(root: Path, *, only_open: bool = False, only_unread: bool = False) -> str:
    """The facts of a checkout by original, with where each was read and what holds it, and the totals.

    :raises UserError: the table cannot be read.
    """
    facts = load(root)
    pins = Pins(root) if facts else None
    unread = {fact for fact in facts if pins is not None and pins.is_unread(fact)}
    chosen = [
        fact for fact in facts if not (only_open and fact.test) and not (only_unread and fact not in unread)
    ]
    lines: list[str] = []
    for of, group in groupby(chosen, lambda fact: fact.of):
        lines.append(of)
        for fact in group:
            lines += _lines(fact, pins.now(fact) if pins is not None and fact in unread else "")
    held = sum(bool(fact.test) for fact in facts)
    lines.append(
        f"{len(facts)} facts about {len({fact.of for fact in facts})} originals: "
        f"{held} with a test, {len(facts) - held} without, {len(unread)} unread"
    )
    return "\n".join(lines) + "\n"


def _lines(fact: Fact, pinned: str) -> Iterator[str]:
    yield f"  {fact.says}"
    yield f"    {fact.where}"
    yield f"    read: {fact.source}" + (f", and {pinned} is pinned now" if pinned else "")
    yield f"    test: {fact.test}" if fact.test else f"    no test: {fact.open}"
