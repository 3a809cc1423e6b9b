"""Makes the record of a run that has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.pages.loading import Page, Site
from walkthrough.proof.provenance import checkout, host
from walkthrough.proof.record import NORMAL, TIME, BlockVerdict, PageVerdict, Proof
from walkthrough.run.verdicts import ENDED, Record, Verdict

if TYPE_CHECKING:
    from walkthrough.run.chain import Chain


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
        started=started.strftime(TIME),
        finished=finished.strftime(TIME),
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
        stands_on=standing.facts if (standing := chain.lifecycle.standing) else None,
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
        record = chain.records.get(block.key) or Record(block, Verdict.NOT_RUN, ENDED)
        blocks.append(
            BlockVerdict(
                name=block.name,
                id=block.id,
                kind=str(block.kind),
                line=block.where.line,
                source=str(block.source),
                sha256=block.sha256(),
                verdict=str(record.verdict),
                reason=chain.secrecy.masker.mask(record.reason),
                seconds=round(record.seconds, 3),
                attempts=record.attempts,
            )
        )
    counts = Counter(block.verdict for block in blocks)
    return PageVerdict(page.path, page.sha256, page.pins, dict(counts), blocks)


def _failure(chain: Chain) -> dict[str, Any] | None:
    failure = chain.failures.headline
    if failure is None:
        return None
    block = failure.block
    return {
        "block": block.name,
        "where": str(block.where),
        "source": str(block.source),
        "what": chain.secrecy.masker.mask(failure.what),
        "report": chain.failures.report(block),
    }
