"""What a proof is worth for a page today.

A page stands on all pages before it, but for those alone (``chain: own``), so its proof is one of that whole
chain: of their blocks in that order, and of what they take from the files of pins. Prose, and pages without
blocks, are no part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.pages.loading import Page
from walkthrough.pages.loading import load as load_page
from walkthrough.project import Project
from walkthrough.proof.record import Proof

#: A proof is worth nothing after this.
VALID_FOR = timedelta(days=30)

#: How far the clocks of two machines may be apart.
CLOCKS = timedelta(days=1)

#: Reads a page; for who asks about one more than once.
Load = Callable[[Path], tuple[Page, list[UserError]]]


class State(StrEnum):
    """What a proof is worth for one page, today."""

    #: Every block of the page passed, or has a reason, in a run of the whole chain.
    VERIFIED = "verified"
    #: It was so, and no longer says anything about the page as it is.
    STALE = "stale"
    #: The page held in a run of some pages only.
    PARTIAL = "partial"
    #: Nothing is proven.
    NONE = "none"


class What(StrEnum):
    """What has changed since a run."""

    BLOCKS = "blocks"
    PINS = "pins"
    BEFORE = "before"
    ORDER = "order"


@dataclass(frozen=True)
class Change:
    """Why a run says nothing about a page any more.

    :param page: the page that has changed, where it is one before.
    """

    what: What
    page: str = ""

    def __str__(self) -> str:
        return {
            What.BLOCKS: "the page's blocks have changed since",
            What.PINS: "something that the page uses is pinned to another version since",
            What.BEFORE: f"{self.page}, which the page stands on, has changed since",
            What.ORDER: "the pages before it are others, or in another order, since",
        }[self.what]


@dataclass(frozen=True)
class Status:
    """What a proof is worth for one page in one language.

    :param reason: why it is not *verified*.
    :param counts: verdicts of the page's blocks.
    :param change: what has changed since the run, where something has.
    """

    state: State
    reason: str = ""
    proof: Proof | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    change: Change | None = None


#: A page's name, and the digests of its blocks and of its pins.
_Link = tuple[str, str, str]


@dataclass(frozen=True)
class Standing:
    """A proof, held against the pages as they are on disk now, in one language."""

    proof: Proof
    project: Project
    language: str
    load: Load = load_page

    def change(self, page: str) -> Change | None:
        """What has changed since the run for a page that was in it; nothing where it still speaks of it.

        :raises UserError: the page cannot be read.
        """
        recorded = self.proof.pages[page][self.language]
        current, errors = self.load(self.project.page_path(page, self.language))
        if errors or recorded.sha256 != current.sha256:
            return Change(What.BLOCKS)
        if recorded.pins != current.pins:
            return Change(What.PINS)
        if self._first is None or not current.blocks or current.alone:
            return None
        now = [name for name, _, _ in self._now]
        # A page that is not in the chain any more was told by now, for nothing runs it.
        if page not in now or now.index(page) >= self._first:
            return self._difference(page)
        return None

    def _difference(self, page: str) -> Change:
        assert self._first is not None
        name = self._now[self._first][0]
        known = self._first < len(self._then) and self._then[self._first][0] == name
        return Change(What.BEFORE, name) if known and name != page else Change(What.ORDER)

    @cached_property
    def _first(self) -> int | None:
        """The first place where the chain is another than the run's."""
        pairs = zip_longest(self._now, self._then)
        return next((place for place, (now, then) in enumerate(pairs) if now != then), None)

    @cached_property
    def _now(self) -> Sequence[_Link]:
        links = []
        for name in self.project.nav:
            if name in self.project.alone:
                continue
            try:
                page, errors = self.load(self.project.page_path(name, self.language))
            except UserError:
                links.append((name, "", ""))
                continue
            if page.blocks or errors:
                links.append((name, "" if errors else page.sha256, page.pins))
        return links

    @cached_property
    def _then(self) -> Sequence[_Link]:
        return [
            (name, page.sha256, page.pins)
            for name in self.proof.chain
            if name not in self.project.alone
            and (page := self.proof.pages.get(name, {}).get(self.language)) is not None
            and page.blocks
        ]


def page_status(
    proof: Proof | None,
    page: str,
    language: str,
    *,
    project: Project,
    now: datetime | None = None,
    standing: Standing | None = None,
) -> Status:
    """What a proof is worth for a page as it is on disk now.

    :param page: its name, such as ``certificates.md``.
    :param now: an aware time; the present by default.
    :param standing: the proof held against the pages, for who asks about more than one.
    :raises UserError: the page cannot be read.
    """
    if proof is None:
        return Status(State.NONE, "no run is recorded")
    recorded = proof.pages.get(page, {}).get(language)
    if recorded is None:
        return Status(State.NONE, "the run did not have this page in it", proof)
    if (offered := hooks.providers()) and proof.provider not in offered:
        return Status(State.NONE, "the run was a test of the harness", proof, recorded.counts)
    bad = next((block for block in recorded.blocks if block.verdict in ("failed", "not-run")), None)
    if bad is not None:
        return Status(State.NONE, f"{bad.name}: {bad.reason}", proof, recorded.counts)
    standing = standing or Standing(proof, project, language)
    change = standing.change(page)
    if not recorded.blocks and change is None:
        return Status(State.NONE, "the page has nothing to run", proof, recorded.counts)
    if change is not None:
        return Status(State.STALE, str(change), proof, recorded.counts, change)
    age = (now or datetime.now(UTC)) - proof.date
    if age > VALID_FOR:
        return Status(State.STALE, f"the run is {age.days} days old", proof, recorded.counts)
    if age < -CLOCKS:
        return Status(
            State.STALE, f"the run is of {proof.date:%Y-%m-%d}, a day to come", proof, recorded.counts
        )
    if not proof.complete:
        return Status(State.PARTIAL, "only some pages were run", proof, recorded.counts)
    return Status(State.VERIFIED, "", proof, recorded.counts)
