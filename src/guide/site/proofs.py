"""What the recorded runs say about the pages of the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from guide.errors import GuideError
from guide.pages import load as load_page
from guide.project import Project
from guide.proof import BlockVerdict, Proof, State, Status, page_status, read

#: The harness's own tests leave a proof too, which says nothing about the guide.
_TEST_PROVIDER = "local"
_WORTH = (State.VERIFIED, State.PARTIAL, State.STALE, State.NONE)


@dataclass(frozen=True)
class Proofs:
    """All proofs of a guide. A proof of one cluster never stands for another one."""

    project: Project
    proofs: tuple[Proof, ...]
    #: An aware time; the present by default.
    now: datetime | None = None

    @classmethod
    def load(cls, project: Project) -> Proofs:
        """Read every proof in the guide's ``build/proof``.

        :raises GuideError: one of them is no proof.
        """
        found = [read(path) for path in sorted(project.proofs.glob("*.json"))]
        return cls(project, tuple(proof for proof in found if proof.provider != _TEST_PROVIDER))

    def runs(self, page: str, language: str) -> bool:
        """Whether the page has blocks at all, as far as they can be read."""
        try:
            content, errors = load_page(self.project.page_path(page, language))
        except GuideError:
            return True
        return bool(content.blocks or errors)

    def title(self, page: str, language: str) -> str:
        """A page's title; its name where it cannot be read."""
        try:
            content, _ = load_page(self.project.page_path(page, language))
        except GuideError:
            return page
        return str(content.meta.get("title", page))

    def statuses(self, page: str, language: str) -> list[Status]:
        """What the page is worth on each cluster, by its whole or its partial run; the best first."""
        best: dict[str, Status] = {}
        for proof in self.proofs:
            try:
                status = page_status(proof, page, language, project=self.project, now=self.now)
            except GuideError as error:
                status = Status(State.STALE, error.what, proof)
            if page not in proof.pages:
                continue
            known = best.get(proof.provider)
            if known is None or _WORTH.index(status.state) < _WORTH.index(known.state):
                best[proof.provider] = status
        return sorted(best.values(), key=lambda status: _WORTH.index(status.state))

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


def unproven(status: Status, page: str, language: str) -> BlockVerdict | None:
    """The block that kept a page from being proven: the first that failed or was not run."""
    if status.proof is None:
        return None
    blocks = status.proof.pages[page][language].blocks
    return next((block for block in blocks if block.verdict in ("failed", "not-run")), None)
