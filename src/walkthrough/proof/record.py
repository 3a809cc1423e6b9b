"""The dated record of a run. What it is worth today: :mod:`walkthrough.proof.staleness`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: The mode of a run that runs each block once, the steps one bash each: what the site shows.
NORMAL = "normal"
#: The mode of a run that began at a checkpoint, or kept some: its machine was restarted between pages.
CHECKPOINTS = "checkpoints"
#: The version of the form of a proof.
SCHEMA = 2
#: How times are written.
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Tally:
    """What is known of one original, or of all.

    :param held: how many facts have a test that fails where what stands in does otherwise.
    :param unread: how many were read in another version than the one that is pinned.
    """

    facts: int = 0
    held: int = 0
    unread: int = 0


@dataclass(frozen=True)
class BlockVerdict:
    """One block's entry. Its fields are described in ``proof.schema.json``, as all of a proof's are."""

    name: str
    id: str | None
    kind: str
    line: int
    source: str
    sha256: str
    verdict: str
    reason: str
    seconds: float
    attempts: int


@dataclass(frozen=True)
class PageVerdict:
    """One page in one language."""

    path: str
    sha256: str
    pins: str
    counts: dict[str, int]
    blocks: list[BlockVerdict]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One run of the pages on one machine."""

    schema: int = SCHEMA
    mode: str = NORMAL
    guide: dict[str, Any]
    started: str
    finished: str
    seconds: float
    complete: bool
    chain: list[str]
    cluster: dict[str, Any]
    counts: dict[str, dict[str, int]]
    pages: dict[str, dict[str, PageVerdict]]
    failure: dict[str, Any] | None
    measured: dict[str, float]
    stands_on: dict[str, Any] | None = None

    @property
    def provider(self) -> str:
        """The provider's name."""
        return str(self.cluster["provider"])

    @property
    def date(self) -> datetime:
        """When the run ended, UTC."""
        return datetime.strptime(self.finished, TIME).replace(tzinfo=UTC)

    @property
    def contracts(self) -> Tally | None:
        """The facts about all originals together; none where the run is from before there were contracts."""
        counts = [row["contracts"] for row in self.cluster["replacements"] if "contracts" in row]
        if not counts:
            return None
        return Tally(**{key: sum(count[key] for count in counts) for key in ("facts", "held", "unread")})

    def times(self, page: str) -> dict[str, float]:
        """Seconds that each of a page's blocks took, by name: a block runs once, for all languages."""
        ran = next(iter(self.pages[page].values()), None)
        return {block.name: block.seconds for block in ran.blocks} if ran else {}
