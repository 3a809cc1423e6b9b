"""What the recorded runs say about the pages of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from guide.errors import GuideError
from guide.pages import Page
from guide.pages import load as load_page
from guide.project import Project
from guide.proof import NORMAL, BlockVerdict, Proof, State, Status, page_status, read

#: The harness's own tests leave a proof too, which says nothing about the guide.
_TEST_PROVIDER = "local"
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_WORTH = (State.VERIFIED, State.PARTIAL, State.STALE, State.NONE)


@dataclass(frozen=True)
class Proofs:
    """All proofs of a guide. A proof of one cluster never stands for another one."""

    project: Project
    proofs: tuple[Proof, ...]
    #: An aware time; the present by default.
    now: datetime | None = None
    #: A page is read once a build, however many runs and blocks ask.
    _statuses: dict[tuple[str, str], list[Status]] = field(default_factory=dict, init=False, compare=False)
    _pages: dict[Path, tuple[Page, list[GuideError]]] = field(default_factory=dict, init=False, compare=False)

    @classmethod
    def load(cls, project: Project) -> Proofs:
        """Read every proof in the guide's ``build/proof``.

        :raises GuideError: one of them is no proof.
        """
        found = [_read(path, path.stat().st_mtime_ns) for path in sorted(project.proofs.glob("*.json"))]
        shown = (proof for proof in found if proof.provider != _TEST_PROVIDER and proof.mode == NORMAL)
        return cls(project, tuple(shown))

    def runs(self, page: str, language: str) -> bool:
        """Whether the page has blocks at all: every fence is one, so none need be read for it."""
        try:
            source = self.project.page_path(page, language).read_text(encoding="utf-8")
        except OSError:
            return True  # what cannot be read is told elsewhere
        return _FENCE.search(source) is not None

    def title(self, page: str, language: str) -> str:
        """A page's title; its name where it cannot be read."""
        try:
            content, errors = self._load(self.project.page_path(page, language))
        except GuideError:
            return page
        return page if errors else str(content.meta.get("title", page))

    def statuses(self, page: str, language: str) -> list[Status]:
        """What the page is worth on each cluster, by its whole or its partial run; the best first."""
        key = (page, language)
        if key not in self._statuses:
            self._statuses[key] = self._judge(page, language)
        return self._statuses[key]

    def _judge(self, page: str, language: str) -> list[Status]:
        best: dict[str, Status] = {}
        for proof in self.proofs:
            if language not in proof.pages.get(page, {}):
                continue
            try:
                status = page_status(
                    proof, page, language, project=self.project, now=self.now, load=self._load
                )
            except GuideError as error:
                status = Status(State.STALE, error.what, proof)
            known = best.get(proof.provider)
            if known is None or _WORTH.index(status.state) < _WORTH.index(known.state):
                best[proof.provider] = status
        return sorted(best.values(), key=lambda status: _WORTH.index(status.state))

    def _load(self, path: Path) -> tuple[Page, list[GuideError]]:
        """The page as it is on disk."""
        if path not in self._pages:
            self._pages[path] = load_page(path)
        return self._pages[path]

    def verdicts(self, page: str, language: str, block: str) -> Iterator[tuple[Proof, BlockVerdict]]:
        """What became of one block, in the proofs that still hold for its page.

        :param block: its id.
        """
        for status in self.statuses(page, language):
            if status.proof is None or status.state not in (State.VERIFIED, State.PARTIAL):
                continue
            for verdict in status.proof.pages[page][language].blocks:
                if verdict.id == block:
                    yield status.proof, verdict


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Proof:
    """The proof in a file as it was when it last changed: both languages ask, and so does each reload."""
    return read(path)


def unproven(status: Status, page: str, language: str) -> BlockVerdict | None:
    """The block that kept a page from being proven: the first that failed or was not run."""
    if status.proof is None:
        return None
    blocks = status.proof.pages[page][language].blocks
    return next((block for block in blocks if block.verdict in ("failed", "not-run")), None)
