"""Counts the facts: how many there are, how many a test holds, how many are to be read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from guide.contracts import holding
from guide.contracts.reading import Pins
from guide.contracts.table import Fact, load
from walkthrough.errors import UserError
from walkthrough.pages.loading import Site
from walkthrough.proof.record import Tally


def tallies(root: Path, replaced: Iterable[str], passed: Callable[[str], bool]) -> list[Tally]:
    """A tally for each row of the table of replacements.

    :param replaced: what each row says that the guide pins.
    :param passed: whether a block, by its name, ran and held in this run: only then does it hold a fact.
    """
    facts = load(root)
    pins = Pins(root) if facts else None

    def tally(chosen: list[Fact]) -> Tally:
        held = sum(bool(fact.test) and (not holding.is_block(fact) or passed(fact.test)) for fact in chosen)
        return Tally(len(chosen), held, sum(pins is not None and pins.is_unread(fact) for fact in chosen))

    return [tally([fact for fact in facts if fact.is_about(name)]) for name in replaced]


def errors(root: Path, guide: Site) -> list[UserError]:
    """Everything that is wrong with the table, or the first thing where it cannot be read."""
    try:
        facts = load(root)
        pins = Pins(root) if facts else None
    except UserError as error:
        return [error]
    found = []
    blocks = blocks_that_hold(guide)
    for fact in facts:
        if missing := holding.missing(fact, root, blocks):
            found.append(missing)
        try:
            if pins is not None:
                pins.now(fact)
        except UserError as error:
            found.append(error)
    return found


def blocks_that_hold(guide: Site) -> Collection[str]:
    """The names of all blocks that the sandbox runs: steps, checks, bash manifests and their outputs."""
    return {
        block.name
        for block in guide.blocks(guide.languages[0])
        for owner in [block.of or block]
        # What is for another way of having a cluster is never run there.
        if owner.runs and "when" not in owner.attributes.values
    }


def unread(root: Path) -> list[UserError]:
    """What is to be read again, as a warning for each original and version, with every row's place."""
    facts = load(root)
    pins = Pins(root) if facts else None
    return list(_unread(facts, pins)) if pins is not None else []


def _unread(facts: Iterable[Fact], pins: Pins) -> Iterator[UserError]:
    def source(fact: Fact) -> tuple[str, str, str]:
        return fact.repository, fact.version, pins.now(fact)

    for (repository, version, pinned), group in groupby(
        sorted(filter(pins.is_unread, facts), key=source), source
    ):
        rows = list(group)
        name, _, first = rows[0].where.partition(":")
        lines = ", ".join([first, *(fact.where.partition(":")[2] for fact in rows[1:])])
        said = f"{len(rows)} facts were" if len(rows) > 1 else "1 fact was"
        yield UserError(
            f"{said} read in {repository} at {version[:12]}, and {pinned} is pinned now",
            where=f"{name}:{lines}",
            fix=f"look at {', '.join(sorted({fact.file for fact in rows}))} at {pinned}: "
            "correct what changed, the sandbox as well, then set version and line",
        )
