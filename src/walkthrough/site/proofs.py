"""What the recorded runs say about the pages of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.pages import extensions
from walkthrough.pages.block import Block
from walkthrough.pages.loading import Page
from walkthrough.pages.loading import load as load_page
from walkthrough.pages.preprocessor import LOOKS_LIKE_ONE
from walkthrough.project import Project
from walkthrough.proof import archive
from walkthrough.proof.record import NORMAL, BlockVerdict, Proof
from walkthrough.proof.staleness import Standing, State, Status, page_status
from walkthrough.proof.storage import OlderFormError, read

_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_INCLUDE = re.compile(rf"^{LOOKS_LIKE_ONE.pattern}", re.MULTILINE)
_WORTH = (State.VERIFIED, State.PARTIAL, State.STALE, State.NONE)


@dataclass(frozen=True)
class Proofs:
    """All proofs of a site. A proof of one cluster never stands for another one.

    Of a cluster there may be two whole runs: this checkout's last, and the one kept in the repository. A page
    shows the newest that was of the page as it is; where none was, the newest, and that it is stale.
    """

    project: Project
    proofs: tuple[Proof, ...]
    #: Files in ``build/proof`` that an earlier version of the harness wrote: they count for nothing.
    unread: tuple[Path, ...] = ()
    #: An aware time; the present by default.
    now: datetime | None = None
    #: A page is read once a build, however many runs and blocks ask.
    _statuses: dict[tuple[str, str], list[Status]] = field(default_factory=dict, init=False, compare=False)
    _pages: dict[Path, tuple[Page, list[UserError]]] = field(default_factory=dict, init=False, compare=False)
    _standings: dict[tuple[int, str], Standing] = field(default_factory=dict, init=False, compare=False)

    @classmethod
    def load(cls, project: Project) -> Proofs:
        """Read every proof in the site's ``build/proof``, and those that are kept.

        :raises UserError: one of them is no proof.
        """
        found: list[Proof] = []
        unread = []
        for path in sorted(project.proofs.glob("*.json")):
            try:
                found.append(_read(path, _changed(path)))
            except OlderFormError:
                unread.append(path)
        for path in sorted(project.kept_proofs.glob("*.json")):
            one = _read_kept(path, _changed(path), project)
            if not any(archive.same_run(one, other) for other in found):
                found.append(one)
        # Where plugins bring machines, the proofs of others are of the harness's own tests.
        offered = hooks.providers()
        shown = (one for one in found if one.mode == NORMAL and (not offered or one.provider in offered))
        return cls(project, tuple(shown), tuple(unread))

    def runs(self, page: str, language: str) -> bool:
        """Whether the page has blocks at all: every fence is one, so only includes need be read."""
        try:
            source = read_text(self.project.page_path(page, language))
        except UserError:
            return True  # what cannot be read is told elsewhere
        if _FENCE.search(source) is not None:
            return True
        return self._brings(source) and bool(self.blocks(page, language))

    def _brings(self, source: str) -> bool:
        """Whether a page's text brings that of other files along, or the site adds some to each page."""
        try:
            options = extensions.of(self.project.root).options("pymdownx.snippets")
        except UserError:
            return False
        return options is not None and bool(_INCLUDE.search(source) or options.get("auto_append"))

    def title(self, page: str, language: str) -> str:
        """A page's title; its name where it cannot be read."""
        try:
            content, errors = self._load(self.project.page_path(page, language))
        except UserError:
            return page
        return page if errors else str(content.meta.get("title", page))

    def meta(self, page: str, language: str) -> Mapping[str, Any]:
        """A page's front matter; empty where it cannot be read, which is told elsewhere."""
        try:
            return self._load(self.project.page_path(page, language))[0].meta
        except UserError:
            return {}

    def blocks(self, page: str, language: str) -> tuple[Block, ...]:
        """A page's blocks; none where it cannot be read, which is told elsewhere."""
        try:
            return self._load(self.project.page_path(page, language))[0].blocks
        except UserError:
            return ()

    def statuses(self, page: str, language: str) -> list[Status]:
        """What the page is worth on each cluster, by its whole or its partial run; the best first."""
        key = (page, language)
        if key not in self._statuses:
            self._statuses[key] = self._judge(page, language)
        return self._statuses[key]

    def _judge(self, page: str, language: str) -> list[Status]:
        best: dict[str, Status] = {}
        for proof in self._asked(page, language):
            try:
                status = page_status(
                    proof,
                    page,
                    language,
                    project=self.project,
                    now=self.now,
                    standing=self._standing(proof, language),
                )
            except UserError as error:
                status = Status(State.STALE, error.what, proof)
            known = best.get(proof.provider)
            if known is None or _WORTH.index(status.state) < _WORTH.index(known.state):
                best[proof.provider] = status
        return sorted(best.values(), key=lambda status: _WORTH.index(status.state))

    def _asked(self, page: str, language: str) -> Iterator[Proof]:
        """The runs that speak of a page: one whole one a cluster, and those of some pages."""
        whole: dict[str, list[Proof]] = {}
        for proof in self.proofs:
            if language not in proof.pages.get(page, {}):
                continue
            if proof.complete:
                whole.setdefault(proof.provider, []).append(proof)
            else:
                yield proof
        for runs in whole.values():
            runs.sort(key=lambda run: run.date, reverse=True)
            yield next((run for run in runs if len(runs) > 1 and self._matches(run, page, language)), runs[0])

    def _matches(self, proof: Proof, page: str, language: str) -> bool:
        try:
            return self._standing(proof, language).change(page) is None
        except UserError:
            return False

    def _standing(self, proof: Proof, language: str) -> Standing:
        key = (id(proof), language)
        if key not in self._standings:
            self._standings[key] = Standing(proof, self.project, language, self._load)
        return self._standings[key]

    def anchor(self, proof: Proof) -> str:
        """Where the page with the whole proof has a run: ``sandbox``, ``sandbox-partial``, ``sandbox-2``."""
        if not proof.complete:
            return f"{proof.provider}-partial"
        runs = [one for one in self.whole() if one.provider == proof.provider]
        number = next(n for n, one in enumerate(runs, start=1) if one is proof)
        return proof.provider if number == 1 else f"{proof.provider}-{number}"

    def whole(self) -> list[Proof]:
        """The whole runs, the newest of each cluster first."""
        newest = sorted((one for one in self.proofs if one.complete), key=lambda one: one.date, reverse=True)
        return sorted(newest, key=lambda one: one.provider)

    def _load(self, path: Path) -> tuple[Page, list[UserError]]:
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


def _changed(path: Path) -> int:
    """When a file last changed; who reads it tells what is wrong with it."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Proof:
    """The proof in a file as it was when it last changed: both languages ask, and so does each reload."""
    return read(path)


@lru_cache(maxsize=8)
def _read_kept(path: Path, changed: int, project: Project) -> Proof:
    return archive.read(path, project)


def unproven(status: Status, page: str, language: str) -> BlockVerdict | None:
    """The block that kept a page from being proven: the first that failed or was not run."""
    if status.proof is None:
        return None
    blocks = status.proof.pages[page][language].blocks
    return next((block for block in blocks if block.verdict in ("failed", "not-run")), None)
