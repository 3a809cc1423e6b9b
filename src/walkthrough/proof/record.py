"""The dated record of a run, written and read. What it is worth today: :mod:`walkthrough.proof.staleness`."""

from __future__ import annotations

import json
import os
import platform
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from walkthrough import git, hooks, whole
from walkthrough.errors import UserError
from walkthrough.inputs import read_json
from walkthrough.pages.loading import Page, Site
from walkthrough.project import Project
from walkthrough.run.verdicts import ENDED, Record, Verdict

if TYPE_CHECKING:
    from walkthrough.run.chain import Chain

#: The mode of a run that runs each block once, the steps one bash each: what the site shows.
NORMAL = "normal"
#: The mode of a run that began at a checkpoint, or kept some: its machine was restarted between pages.
CHECKPOINTS = "checkpoints"
#: The version of the form of a proof.
SCHEMA = 2

#: What to do about a file that is no proof.
_AGAIN = "run '{} verify' again"

_TIME = "%Y-%m-%dT%H:%M:%SZ"


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
        return datetime.strptime(self.finished, _TIME).replace(tzinfo=UTC)

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


def path_of(provider: str, project: Project, *, complete: bool = True, mode: str = NORMAL) -> Path:
    """Where a provider's proof is written. A partial run, and a run of another mode, has a file of its own,
    so that it never takes the place of a complete and normal one."""
    kind = "" if mode == NORMAL else f".{mode}"
    suffix = ".json" if complete else ".partial.json"
    return project.proofs / f"{provider}{kind}{suffix}"


def build(
    chain: Chain,
    site: Site,
    names: Iterable[str],
    started: datetime,
    finished: datetime,
    *,
    mode: str = NORMAL,
    seconds: float | None = None,
) -> Proof:
    """The proof of a run that has ended.

    :param names: the pages that the run had in it, in reading order.
    :param seconds: how long it took by a clock that nobody sets; what lies between the two times, by default.
    :param mode: what kind of run it was.
    """
    names = list(names)
    pages = {
        name: {
            language: _page_verdict(chain, page)
            for language in site.languages
            if (page := site.pages.get((language, name))) is not None
        }
        for name in names
    }
    counts = {language: Counter[str]() for language in site.languages}
    for verdicts in pages.values():
        for language, page_verdict in verdicts.items():
            counts[language].update(page_verdict.counts)
    return Proof(
        mode=mode,
        guide=checkout(chain.project.root),
        started=started.strftime(_TIME),
        finished=finished.strftime(_TIME),
        seconds=round((finished - started).total_seconds() if seconds is None else seconds, 1),
        complete=names == list(chain.project.nav),
        chain=names,
        cluster={
            "provider": chain.cluster.provider,
            "versions": _versions(chain),
            "replacements": _replacements(chain),
            "host": host(),
        },
        counts={language: dict(count) for language, count in counts.items()},
        pages=pages,
        failure=_failure(chain),
        # The pages speak of the time that something takes when it is done for the first time.
        measured=_measured(chain) if mode == NORMAL else {},
        stands_on=chain.standing.facts if chain.standing else None,
    )


def _replacements(chain: Chain) -> list[dict[str, Any]]:
    """What ran in place of what, each with the counts of the facts about the original at this commit."""
    rows = chain.cluster.replacements()
    passed = {
        record.block.name
        for record in chain.records.values()
        if record.block.language == chain.project.primary and record.verdict is Verdict.PASSED
    }
    counts = hooks.tallies(chain.project, rows, passed.__contains__)
    if counts is None:
        return [asdict(row) for row in rows]
    return [asdict(row) | {"contracts": asdict(count)} for row, count in zip(rows, counts, strict=True)]


def _measured(chain: Chain) -> dict[str, float]:
    """What the blocks that measure something took, where they held."""
    return {
        record.block.attributes.values["measure"]: round(record.seconds, 3)
        for record in chain.records.values()
        if record.block.language == chain.project.primary
        and record.verdict is Verdict.PASSED
        and "measure" in record.block.attributes.values
    }


def _versions(chain: Chain) -> dict[str, str]:
    try:
        return dict(chain.cluster.versions())
    except UserError:
        return {}  # the cluster is what failed


def _page_verdict(chain: Chain, page: Page) -> PageVerdict:
    blocks = []
    for block in page.blocks:
        record = chain.records.get((block.language, block.page, block.index)) or Record(
            block, Verdict.NOT_RUN, ENDED
        )
        blocks.append(
            BlockVerdict(
                name=block.name,
                id=block.id,
                kind=str(block.kind),
                line=block.where.line,
                source=str(block.source),
                sha256=block.sha256(),
                verdict=str(record.verdict),
                reason=chain.masker.mask(record.reason),
                seconds=round(record.seconds, 3),
                attempts=record.attempts,
            )
        )
    counts = Counter(block.verdict for block in blocks)
    return PageVerdict(page.path, page.sha256, page.pins, dict(counts), blocks)


def _failure(chain: Chain) -> dict[str, Any] | None:
    failure = chain.failure or chain.failed_again
    if failure is None:
        return None
    block = failure.block
    return {
        "block": block.name,
        "where": str(block.where),
        "source": str(block.source),
        "what": chain.masker.mask(failure.what),
        "report": chain.report(block),
    }


_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def checkout(root: Path) -> dict[str, Any]:
    """What is checked out: the commit, and whether files differ from it."""
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None or not _COMMIT.fullmatch(commit):
        return {"commit": None, "dirty": False}
    # Proofs that are kept are no part of what is run: keeping one does not spoil the next.
    differs = ("status", "--porcelain", "--", ":(top)", f":(exclude){Project(root).kept_proofs.name}")
    # What git cannot tell is not known to be as committed.
    return {"commit": commit, "dirty": _git(root, *differs) != ""}


def _git(root: Path, *arguments: str) -> str | None:
    said = git.answer(root, *arguments)
    return None if said is None else said.strip()


def host() -> dict[str, str | int]:
    """The machine that the run was started on, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cpus": os.cpu_count() or 1,
        "memory_mib": memory,
        "python": platform.python_version(),
    }


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(
        json.loads(files("walkthrough.proof").joinpath("proof.schema.json").read_text("utf-8"))
    )


class OlderFormError(UserError):
    """A proof of an earlier form."""


def _validate(data: Any, where: str) -> None:
    if isinstance(data, dict) and data.get("schema") in range(1, SCHEMA):
        raise OlderFormError(
            "this is no proof: it has an older form", where=where, fix=_AGAIN.format(hooks.program())
        )
    error = next(iter(_validator().iter_errors(data)), None)
    if error is not None:
        raise UserError(
            f"this is no proof: {error.json_path}: {error.message}",
            where=where,
            fix=_AGAIN.format(hooks.program()),
        )


def write(proof: Proof, project: Project) -> Path:
    """Write a proof to its place, whole or not at all.

    :raises UserError: it does not have the documented form.
    """
    path = path_of(proof.provider, project, complete=proof.complete, mode=proof.mode)
    whole.write(path, dumps(proof))
    return path


def dumps(proof: Proof) -> bytes:
    """A proof as its file has it.

    :raises UserError: it does not have the documented form.
    """
    data = asdict(proof)
    _validate(data, f"the proof of this run on {proof.provider}")
    # What a step printed may hold half a character, which no file of text can.
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode(errors="replace")


def read(path: Path) -> Proof:
    """The proof in a file.

    :raises UserError: it cannot be read, or is none.
    """
    data = read_json(path, str(path), fix=_AGAIN.format(hooks.program())).value
    _validate(data, str(path))
    pages = {
        name: {
            language: PageVerdict(**{**page, "blocks": [BlockVerdict(**block) for block in page["blocks"]]})
            for language, page in languages.items()
        }
        for name, languages in data["pages"].items()
    }
    return Proof(**{**data, "pages": pages})


def load(provider: str, project: Project, *, complete: bool = True, mode: str = NORMAL) -> Proof | None:
    """A provider's last proof; none where there is none.

    :raises UserError: there is one, and it cannot be read.
    """
    path = path_of(provider, project, complete=complete, mode=mode)
    return read(path) if path.is_file() else None


def durations(project: Project, provider: str) -> dict[str, float]:
    """Seconds that each block took in the last run on this provider, by name; for estimates only."""
    known: dict[str, float] = {}
    for complete in (False, True):
        try:
            proof = load(provider, project, complete=complete)
        except UserError:
            continue  # of an older form
        for languages in proof.pages.values() if proof else ():
            for page in languages.values():
                known |= {block.name: block.seconds for block in page.blocks if block.seconds > 0}
    return known
